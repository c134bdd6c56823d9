from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from board.models import Sock


def board(request):
    return render(request, "board/board.html", {"socks": Sock.objects.order_by("pk")})


@require_POST
def add(request):
    picture = request.FILES.get("picture", "")
    Sock.objects.create(name=request.POST["name"], place=request.POST["place"], picture=picture)
    return redirect("/")


def picture(request, name):
    if not default_storage.exists(name):
        raise Http404(name)
    return FileResponse(default_storage.open(name))


def healthz(request):
    return HttpResponse("ok")
