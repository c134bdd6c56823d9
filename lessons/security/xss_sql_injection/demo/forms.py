from django import forms

from .models import Comment, Switches


class CommentForm(forms.ModelForm):
    """Takes anything: what is dangerous depends on the place where it will stand, and no form knows that."""

    class Meta:
        model = Comment
        fields = ["name", "homepage", "text"]
        labels = {"homepage": "Homepage, if you like", "text": "What you want to say"}
        widgets = {"name": forms.TextInput, "text": forms.Textarea(attrs={"rows": 4})}


class WallSwitches(forms.ModelForm):
    class Meta:
        model = Switches
        fields = ["rendering", "policy", "httponly"]
        labels = {
            "rendering": "Comments stand in the page",
            "policy": "Content-Security-Policy",
            "httponly": "The reader’s pass is HttpOnly",
        }


class SearchSwitches(forms.ModelForm):
    class Meta:
        model = Switches
        fields = ["asking"]
        labels = {"asking": "The statement is made by"}
