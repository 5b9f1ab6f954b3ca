"""Every callback_id, block_id and action_id, so that builders and listeners agree."""

ASK_VIEW = "ask_for_targets"
CONFIRM_VIEW = "confirm_prefetch"
NOTICE_VIEW = "notice"
DETAILS_VIEW = "request_details"
RESOLVE_VIEW = "resolve_unknown"

TARGETS_BLOCK = "targets"
TARGETS_INPUT = "targets_text"
CHANNEL_BLOCK = "channel"
CHANNEL_INPUT = "channel_choice"

SEND_AT_BLOCK = "send_at"
SEND_AT_INPUT = "send_at_moment"

CALLS_BLOCK = "calls"
CALLS_INPUT = "calls_choice"
REASON_BLOCK = "reason"
REASON_INPUT = "reason_text"

REVIEW_BUTTON = "review_draft"
DETAILS_BUTTON = "show_details"
CANCEL_BUTTON = "cancel_unsent"
CANCELLED_BUTTON = "send_cancelled"
RETRY_BUTTON = "retry_failed"
TOMORROW_BUTTON = "send_rest_tomorrow"
MARK_AS_SENT_BUTTON = "mark_as_sent"
SEND_AGAIN_BUTTON = "send_again"
PREFETCH_BUTTON = "prefetch_from_home"

MESSAGE_SHORTCUT = "prefetch_message"
GLOBAL_SHORTCUT = "prefetch_files"
