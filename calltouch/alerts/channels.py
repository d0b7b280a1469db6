"""The channels that the settings name, ready to tell."""

from datetime import time
from zoneinfo import ZoneInfo

from analytics.alerts.wording import AlertWriter
from outgoing.guard import GuardSettings
from outgoing.sending import WebAnswer, WebRequest, send
from outgoing.telegram import TelegramBot
from receiver.alerts.due import AlertPace, Chosen, QuietHours
from receiver.alerts.outlets import HttpAlerts, MailAlerts, Outlet, TelegramAlerts
from receiver.alerts.telling import AlertChannel
from receiver.mails.sending import deliver
from receiver.settings.settings import Settings
from receiver.settings.tables import ChannelSettings

FLAT = "alert_to"
"""The channel that `alert_to` alone makes."""


def alert_channels(settings: Settings) -> tuple[AlertChannel, ...]:
    channels = dict(settings.alerts)
    if settings.alert_to:
        channels = {FLAT: ChannelSettings(to=settings.alert_to), **channels}
    return tuple(_channel(settings, name, channel) for name, channel in channels.items())


def alert_pace(settings: Settings) -> AlertPace:
    return AlertPace(settings.alert_pauses, settings.alerts_per_hour)


def _channel(settings: Settings, name: str, channel: ChannelSettings) -> AlertChannel:
    kind = "mail" if channel.to else "http" if channel.url else "telegram"
    chosen = Chosen(name, channel.kinds, _quiet(channel.quiet or settings.alert_quiet))
    language = channel.language or settings.alert_language
    writer = AlertWriter(language, ZoneInfo(settings.timezone))
    return AlertChannel(kind, chosen, _outlet(settings, channel), writer)


def _outlet(settings: Settings, channel: ChannelSettings) -> Outlet:
    if channel.to:
        return MailAlerts(
            settings.mail_from or "", channel.to, lambda mail: deliver(settings, mail)
        )
    # Whoever writes the settings says whither; of flows' guard it is the addresses that count.
    guard = GuardSettings(settings.flow_allowed_ports, settings.flow_allowed_networks)

    def send_guarded(request: WebRequest) -> WebAnswer:
        return send(request, guard)

    if channel.url:
        return HttpAlerts(channel.url, channel.signature_key, send_guarded)
    token = channel.telegram_token or settings.telegram_token or ""
    bot = TelegramBot(token, settings.telegram_api_url)
    return TelegramAlerts(bot, channel.telegram_chat or "")


def _quiet(hours: tuple[time, time] | None) -> QuietHours | None:
    return None if hours is None else QuietHours(*hours)
