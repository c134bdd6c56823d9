"""The workshop makes certificates, the handshake uses them, and the settings page tries settings out."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import FormView

from . import rollout, wire
from .anatomy import read
from .certificates import Made, make_authority, make_certificate
from .forms import VERSIONS, AuthorityForm, CertificateForm, HandshakeForm, RolloutForm
from .models import Authority, Certificate, Rollout

MOST_CERTIFICATES = 20


@require_GET
def workshop(request: HttpRequest) -> HttpResponse:
    authority = Authority.objects.order_by("-pk").first()
    certificates = [
        {"label": one.label, "facts": read(one.pem), "pem": one.pem}
        for one in Certificate.objects.order_by("-pk")[:6]
    ]
    context = {
        "authority": authority,
        "root": read(authority.root) if authority else None,
        "intermediate": read(authority.intermediate) if authority else None,
        "authority_form": AuthorityForm(),
        "certificate_form": CertificateForm(),
        "certificates": certificates,
    }
    return render(request, "https_ssl/workshop.html", context)


@require_POST
def new_authority(request: HttpRequest) -> HttpResponse:
    form = AuthorityForm(request.POST)
    if not form.is_valid():
        messages.error(request, "An authority needs a name of at most 40 letters, digits and signs.")
        return redirect("https_ssl:workshop")
    root, intermediate = make_authority(form.cleaned_data["name"])
    Authority.objects.all().delete()  # with what it signed: nobody has its key any more
    Authority.objects.create(
        name=form.cleaned_data["name"],
        root=root,
        intermediate=intermediate.pem,
        intermediate_key=intermediate.key,
    )
    messages.success(request, "A root and an intermediate. Whoever trusts the root trusts what they sign.")
    return redirect("https_ssl:workshop")


@require_POST
def new_certificate(request: HttpRequest) -> HttpResponse:
    form, authority = CertificateForm(request.POST), Authority.objects.order_by("-pk").first()
    if not form.is_valid():
        messages.error(request, "There is no such certificate to be had.")
        return redirect("https_ssl:workshop")
    chosen = form.cleaned_data
    by_authority = chosen["issuer"] == "authority"
    if by_authority and authority is None:
        messages.error(request, "Make an authority first, or let the certificate sign itself.")
        return redirect("https_ssl:workshop")
    issuer = Made(authority.intermediate, authority.intermediate_key) if authority and by_authority else None
    made = make_certificate(chosen["names"], chosen["period"], chosen["key"], issuer)
    Certificate.objects.create(
        authority=authority if by_authority else None, label=form.label_text(), pem=made.pem, key=made.key
    )
    kept = Certificate.objects.order_by("-pk").values("pk")[:MOST_CERTIFICATES]
    Certificate.objects.exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    messages.success(request, f"A certificate: {form.label_text()}.")
    return redirect("https_ssl:workshop")


class HandshakeView(FormView):
    form_class = HandshakeForm
    template_name = "https_ssl/handshake.html"

    def get_initial(self) -> dict[str, object]:
        return {"certificate": Certificate.objects.order_by("-pk").first()}

    def form_valid(self, form: HandshakeForm) -> HttpResponse:
        try:
            talk = wire.talk(self.server_side(form.cleaned_data), self.client_side(form.cleaned_data))
        except wire.BusyError as busy:
            form.add_error(None, str(busy))
            return self.form_invalid(form)
        if talk.client_error:
            messages.error(self.request, f"Refused: {talk.client_error}")
        elif talk.version:
            messages.success(self.request, f"Shaken: {talk.version}, {talk.cipher}")
        else:
            messages.warning(self.request, "Sent in the clear: there was no handshake.")
        context = self.get_context_data(form=form, talk=talk, chain=self.sent(form.cleaned_data))
        return self.render_to_response(context)

    @cached_property
    def authority(self) -> Authority | None:
        return Authority.objects.order_by("-pk").first()

    def server_side(self, chosen: dict[str, object]) -> wire.ServerSide | None:
        certificate = chosen["certificate"]
        if not isinstance(certificate, Certificate):
            return None
        intermediate = certificate.authority.intermediate if certificate.authority else ""
        chain = certificate.pem + (intermediate if chosen["chain"] == "full" else "")
        return wire.ServerSide(chain, certificate.key, VERSIONS[str(chosen["oldest"])])

    def client_side(self, chosen: dict[str, object]) -> wire.ClientSide:
        trusted = {"anybody": None, "others": make_authority("Another")[0]}.get(str(chosen["trust"]), "")
        if chosen["trust"] == "mine":
            trusted = self.authority.root if self.authority else ""
        return wire.ClientSide(str(chosen["host"]), trusted, VERSIONS[str(chosen["newest"])])

    def sent(self, chosen: dict[str, object]) -> list[object]:
        """The facts of what the server sends, the certificate first."""
        server = self.server_side(chosen)
        ends = "-----END CERTIFICATE-----\n"
        return [read(part + ends) for part in server.chain.split(ends) if part] if server else []


class SettingsView(FormView):
    template_name = "https_ssl/settings.html"
    form_class = RolloutForm

    def get_form_kwargs(self) -> dict[str, object]:
        return {**super().get_form_kwargs(), "instance": Rollout.current()}

    def form_valid(self, form: RolloutForm) -> HttpResponse:
        row = form.save(commit=False)
        try:
            row.report = rollout.try_out(row)
        except rollout.BusyError as busy:
            form.add_error(None, str(busy))
            return self.form_invalid(form)
        row.save()
        ids = ", ".join(issue["id"].removeprefix("security.") for issue in row.report["issues"])
        messages.info(self.request, f"check --deploy: {ids or 'no issues'}.")
        if row.report["loops"]:
            messages.error(self.request, "Redirect loop: HTTPS is sent to HTTPS.")
        if row.report["fooled"]:
            messages.error(self.request, "Fooled: a plain request counts as secure.")
        return redirect("https_ssl:settings")

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        row = Rollout.current()
        lines = [f"{name} = {value!r}" for name, value in row.as_settings().items()]
        return super().get_context_data(row=row, lines="\n".join(lines), **kwargs)
