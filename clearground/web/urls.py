"""Addresses of the pages, subject by subject."""

from .account import urls as account
from .administration import urls as administration
from .analysis import urls as analysis
from .atlas import urls as atlas
from .guides import urls as guides
from .intake import urls as intake
from .landing import urls as landing
from .picture import urls as picture
from .records import urls as records

app_name = "web"
SUBJECTS = (landing, picture, analysis, atlas, records, intake, administration, account, guides)
urlpatterns = [pattern for subject in SUBJECTS for pattern in subject.urlpatterns]
