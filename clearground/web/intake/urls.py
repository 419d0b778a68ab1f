"""Addresses of imports and findings."""

from django.urls import URLPattern, path

from .views import arriving, deciding, looking, ruling

urlpatterns: list[URLPattern] = [
    path("imports/", looking.imports, name="imports"),
    path("imports/upload/", arriving.upload, name="upload"),
    path("imports/sample/", arriving.sample_file, name="sample-file"),
    path("imports/uploads/<int:number>/", arriving.progress, name="upload-progress"),
    path("imports/uploads/<int:number>/columns/", arriving.columns, name="upload-columns"),
    path("imports/<int:number>/", looking.one_import, name="import"),
    path("imports/<int:number>/rows/<int:row>/", looking.one_row, name="import-row"),
    path("imports/<int:number>/rows/<int:row>/change/", looking.change_row, name="change-row"),
    path("imports/<int:number>/corrections.xlsx", looking.correction_list, name="corrections"),
    path("imports/<int:number>/approve/", deciding.approve, name="approve-import"),
    path("imports/<int:number>/return/", deciding.send_back, name="return-import"),
    path("imports/<int:number>/undo/", deciding.undo, name="undo-import"),
    path("imports/<int:number>/drop/", deciding.drop, name="drop-import"),
    path("findings/", ruling.findings, name="findings"),
    path("findings/<int:number>/", ruling.finding, name="finding"),
    path("findings/rule/", ruling.rule, name="rule-findings"),
    path("findings/assign/", ruling.assign, name="assign-findings"),
    path("findings/answers/", ruling.answers, name="answers"),
]
