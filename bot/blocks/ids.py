"""Every callback_id, block_id and action_id, so that builders and listeners agree."""

ASK_VIEW = "ask_for_targets"
CONFIRM_VIEW = "confirm_prefetch"
NOTICE_VIEW = "notice"
DETAILS_VIEW = "request_details"

TARGETS_BLOCK = "targets"
TARGETS_INPUT = "targets_text"
CHANNEL_BLOCK = "channel"
CHANNEL_INPUT = "channel_choice"

REVIEW_BUTTON = "review_draft"
DETAILS_BUTTON = "show_details"
PREFETCH_BUTTON = "prefetch_from_home"

MESSAGE_SHORTCUT = "prefetch_message"
GLOBAL_SHORTCUT = "prefetch_files"
