from django.shortcuts import get_object_or_404, redirect, render

from parcels.accounts import current_customer, customer_required
from parcels.models import Parcel


def home(request):
    tracked = Parcel.objects.filter(code__in=request.session.get("tracked", [])).order_by("code")
    return render(request, "parcels/home.html", {"tracked": tracked, "customer": current_customer(request)})


def track(request, code):
    """Anybody with a code may follow a parcel; the home page remembers it for this visitor."""
    parcel = get_object_or_404(Parcel, code=code)
    tracked = request.session.get("tracked", [])
    if parcel.code not in tracked:
        request.session["tracked"] = [*tracked, parcel.code]
    return redirect("home")


@customer_required
def my_parcels(request):
    parcels = request.customer.parcels.order_by("code")
    return render(request, "parcels/my_parcels.html", {"parcels": parcels, "customer": request.customer})


@customer_required
def parcel(request, code):
    found = get_object_or_404(request.customer.parcels, code=code)
    return render(request, "parcels/parcel.html", {"parcel": found, "customer": request.customer})
