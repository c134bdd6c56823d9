from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render

from parcels.models import Parcel


def home(request):
    tracked = Parcel.objects.filter(code__in=request.session.get("tracked", [])).order_by("code")
    return render(request, "parcels/home.html", {"tracked": tracked})


def track(request, code):
    """Anybody with a code may follow a parcel; the home page remembers it for this visitor."""
    parcel = get_object_or_404(Parcel, code=code)
    tracked = request.session.get("tracked", [])
    if parcel.code not in tracked:
        request.session["tracked"] = [*tracked, parcel.code]
    return redirect("home")


@login_required
def my_parcels(request):
    return render(request, "parcels/my_parcels.html", {"parcels": request.user.parcels.order_by("code")})


@login_required
def parcel(request, code):
    found = get_object_or_404(request.user.parcels, code=code)
    return render(request, "parcels/parcel.html", {"parcel": found})
