"""/metrics on the dashboards' port: Prometheus text about all processes."""

from flask import Blueprint, Response, request

from receiver.allowlist import client_address, is_in
from receiver.data_dir import DataDir
from receiver.ops.backup_age import BackupMetrics
from receiver.ops.flow_metrics import FlowMetrics
from receiver.ops.metrics import exposition
from receiver.ops.shipping_metrics import ShippingMetrics
from receiver.settings.settings import Settings

_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


def metrics_blueprint(settings: Settings) -> Blueprint:
    blueprint = Blueprint("metrics", __name__)
    flows = FlowMetrics(DataDir(settings.data_dir).flows_store)
    backups = BackupMetrics(settings)
    shipping = ShippingMetrics(DataDir(settings.data_dir).shipping)

    @blueprint.get("/metrics")
    def metrics() -> Response:
        forwarded = request.headers.get("X-Forwarded-For", "")
        address = client_address(request.remote_addr or "", forwarded, settings.trusted_proxies)
        if address is None or not is_in(address, settings.metrics_networks):
            return Response("not in metrics_networks\n", 403, mimetype="text/plain")
        text = exposition(settings.data_dir) + flows.exposition() + backups.exposition()
        text += shipping.exposition()
        return Response(text, content_type=_PROMETHEUS)

    return blueprint
