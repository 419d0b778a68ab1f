"""People and the organisations that they work for."""

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

from clearground.common.privacy import Privacy, columns

from .choices import OrganisationKind, Role


class Organisation(models.Model):
    """Who acts: an authority, an operator, a donor, a ministry."""

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_km = models.CharField(_("name in Khmer"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind)
    is_active = models.BooleanField(_("is active"), default=True)

    PRIVACY = columns(Privacy.PUBLIC, "id code name name_km kind is_active")

    class Meta:
        ordering = ["code"]
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def __str__(self) -> str:
        return self.code


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody who acts in the register, on the command line or on its pages."""

    login = models.CharField(_("login"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("email"), blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, verbose_name=_("organisation")
    )
    is_active = models.BooleanField(_("is active"), default=True)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS = ["name"]
    PRIVACY = columns(Privacy.INTERNAL, "id login name organisation is_active is_superuser last_login") | columns(
        Privacy.RESTRICTED, "email password"
    )

    objects = BaseUserManager()

    class Meta:
        ordering = ["login"]
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name or self.login


class RoleGrant(models.Model):
    """A role that a person has."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="grants")
    role = models.CharField(_("role"), max_length=20, choices=Role)

    PRIVACY = columns(Privacy.INTERNAL, "id person role")

    class Meta:
        ordering = ["id"]
        verbose_name = _("role of a person")
        verbose_name_plural = _("roles of people")
        constraints = [models.UniqueConstraint(fields=["person", "role"], name="one_grant_per_role")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role}"


class Invitation(models.Model):
    """A link by which a person sets a password, once. `digest` is the SHA-256 of its token."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="invitations")
    digest = models.CharField(_("digest of the token"), max_length=64, unique=True)
    expires_at = models.DateTimeField(_("expires at"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))

    PRIVACY = columns(Privacy.INTERNAL, "id person expires_at used_at by") | columns(Privacy.RESTRICTED, "digest")

    class Meta:
        ordering = ["-id"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return f"{self.person_id} until {self.expires_at:%Y-%m-%d}"
