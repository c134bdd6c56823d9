import datetime as dt
import json

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from django.http import HttpResponseBadRequest, JsonResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from watch.models import Root


def home(request):
    return render(request, "watch/home.html", {"roots": Root.objects.all()})


class Chain:
    def __init__(self, pem):
        self.links = x509.load_pem_x509_certificates(pem.encode())
        self.server = self.links[0]

    def covers(self, host):
        wanted = host.lower().split(".")
        try:
            names = self.server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        except x509.ExtensionNotFound:
            return False
        for name in names.get_values_for_type(x509.DNSName):
            labels = name.lower().split(".")
            if labels == wanted or (labels[0] == "*" and wanted[0] and labels[1:] == wanted[1:]):
                return True
        return False

    def is_complete(self, roots):
        links = list(self.links)
        while len(links) > 1:
            if not may_have_signed(links[1], links.pop(0)):
                return False
        return links[0] in roots or any(may_have_signed(root, links[0]) for root in roots)


def may_have_signed(issuer, certificate):
    constraints = issuer.extensions.get_extension_for_oid(x509.BasicConstraints.oid).value
    if not constraints.ca:
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


@method_decorator(csrf_exempt, name="dispatch")
class CheckView(View):
    def post(self, request):
        try:
            body = json.loads(request.body)
            chain, host, at = Chain(body["chain"]), body["host"], parse_datetime(body["at"])
            if not host or at is None or at.utcoffset() is None:
                raise ValueError
        except (AttributeError, KeyError, TypeError, ValueError):
            return HttpResponseBadRequest("host, chain, at")
        left = chain.server.not_valid_after_utc - at
        problems = set()
        for link in chain.links:
            if link.not_valid_after_utc < at:
                problems.add("expired")
            if at < link.not_valid_before_utc:
                problems.add("not_yet")
        if not chain.covers(host):
            problems.add("wrong_host")
        if not chain.is_complete(
            [x509.load_pem_x509_certificate(r.pem.encode()) for r in Root.objects.all()]
        ):
            problems.add("incomplete")
        if dt.timedelta(0) <= left < dt.timedelta(days=14):
            problems.add("soon")
        return JsonResponse({"problems": list(problems), "days_left": left // dt.timedelta(days=1)})


check = CheckView.as_view()
