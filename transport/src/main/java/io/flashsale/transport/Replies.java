package io.flashsale.transport;

import io.flashsale.engine.Outcome;
import io.flashsale.engine.SaleCode;

/** What is answered: the one place where outcomes and refusals become statuses and words. */
final class Replies {
    static final Reply BAD_REQUEST = Reply.problem(
            400,
            "malformed-request",
            "Malformed request",
            "The request is not well-formed HTTP/1.1. The connection closes; correct the request.");
    static final Reply BAD_VERSION = Reply.problem(
            400,
            "unsupported-version",
            "Unsupported version of HTTP",
            "Use HTTP/1.1 or HTTP/1.0. The connection closes.");
    static final Reply BAD_TARGET = Reply.problem(
            400,
            "malformed-target",
            "Malformed request target",
            "The request target is malformed. Use /path?name=value, and percent-encode other characters.");
    static final Reply BAD_HOST = Reply.problem(
            400,
            "malformed-host",
            "Host missing, repeated or malformed",
            "Send exactly one well-formed Host field. The connection closes.");
    static final Reply BAD_FRAMING = Reply.problem(
            400,
            "malformed-body",
            "Contradictory or malformed body",
            "Send one Content-Length, or Transfer-Encoding: chunked, and not both. The connection closes.");
    static final Reply BAD_CHUNKS = Reply.problem(
            400,
            "malformed-body",
            "Contradictory or malformed body",
            "The chunked body is malformed: correct its chunk sizes, line ends and trailers. The connection closes.");
    static final Reply BAD_RETRY_KEY = Reply.problem(
            400,
            "malformed-idempotency-key",
            "Malformed Idempotency-Key",
            "Send one Idempotency-Key of 1 to " + TransportLimits.MAX_RETRY_KEY + " visible characters.");
    static final Reply BAD_ESCAPE = Reply.problem(
            400,
            "malformed-escape",
            "Malformed percent escape",
            "A percent sign in the query must be followed by two hexadecimal digits.");
    static final Reply ITEMS_DIFFER = Reply.problem(
            400, "items-differ", "Two different items", "id and item_id name different items. Send one of them.");
    static final Reply NOT_FOUND = Reply.problem(
            404,
            "no-such-path",
            "No such path",
            "No such path. Try POST /checkout, POST /purchase, DELETE /checkout, GET /sale or GET /health.");
    static final Reply ADMIN_NOT_FOUND = Reply.problem(
            404,
            "no-such-path",
            "No such path",
            "No such path. This is the admin port: try GET /metrics or GET /health. The sale has a port of its own.");
    static final Reply ITEM_NOT_FOUND = Reply.problem(
            404,
            "no-such-item",
            "No such item",
            "No such item in this sale. GET /sale says how many there are: 0 to total - 1.");
    static final Reply TIMED_OUT = Reply.problem(
            408,
            "request-timeout",
            "Request took too long",
            "The request did not arrive as a whole in time. The connection closes; send it again.");
    static final Reply BODY_TOO_LONG = Reply.problem(
            413,
            "body-too-long",
            "Body too long",
            "The body is longer than " + TransportLimits.MAX_BODY
                    + " bytes, and none is needed: parameters go into the query. The connection closes.");
    static final Reply TARGET_TOO_LONG = Reply.problem(
            414,
            "request-line-too-long",
            "Request line too long",
            "The request line is longer than " + TransportLimits.MAX_REQUEST_LINE + " bytes. The connection closes.");
    static final Reply EXPECTATION_FAILED = Reply.problem(
            417,
            "expectation-failed",
            "Unknown expectation",
            "The only expectation that can be met is 100-continue. The connection closes; send no other Expect.");
    static final Reply HEADERS_TOO_LONG = Reply.problem(
            431,
            "headers-too-long",
            "Header fields too long",
            "The header fields are longer than " + TransportLimits.MAX_HEADERS + " bytes. The connection closes.");
    static final Reply INTERNAL_ERROR = Reply.problem(
            500,
            "internal-error",
            "Internal error",
            "The service made a mistake, and its log says which. It is safe to ask again.");

    private static final Reply PIPELINE_FULL =
            unavailable("pipeline-full", "Too busy", "Too many requests are waiting. Try again in a second.");
    private static final Reply ANSWERS_FULL =
            unavailable("answers-full", "Too busy", "Too many answers are outstanding here. Try again in a second.");
    private static final Reply DRAINING =
            unavailable("draining", "Stopping", "The service is stopping. Connect again in a second.");
    private static final Reply OUT_OF_SPACE = unavailable(
            "out-of-space",
            "Out of space",
            "The service has no space left for its journal and sells nothing until it has. Try again later.");

    private static final Reply[] BY_OUTCOME = new Reply[Byte.MAX_VALUE + 1];

    static {
        for (final Outcome outcome : Outcome.values()) {
            BY_OUTCOME[outcome.code()] = build(outcome);
        }
    }

    private Replies() {}

    /** The answer to a decided command. That of an accepted one lacks its body. */
    static Reply of(final Outcome outcome) {
        return BY_OUTCOME[outcome.code()];
    }

    /** Whether the code is the body. */
    static boolean issuesCode(final Outcome outcome) {
        return outcome == Outcome.RESERVED || outcome == Outcome.REPEATED;
    }

    /** The answer to a command that was not taken. */
    static Reply of(final Refusal refusal) {
        return switch (refusal) {
            case PIPELINE_FULL -> PIPELINE_FULL;
            case ANSWERS_FULL -> ANSWERS_FULL;
            case DRAINING -> DRAINING;
            case OUT_OF_SPACE -> OUT_OF_SPACE;
        };
    }

    private static Reply build(final Outcome outcome) {
        return switch (outcome) {
            case RESERVED, REPEATED -> Reply.accepted(SaleCode.TEXT_LENGTH);
            case PURCHASED, PURCHASED_AGAIN, RELEASED -> Reply.accepted(0);
            case ITEM_UNKNOWN ->
                Reply.problem(
                        400,
                        "item-unknown",
                        "No such item",
                        "No such item in this sale. GET /sale says how many there are: 0 to total - 1.");
            case SOLD_OUT ->
                refused("sold-out", "Sold out", "Every item of this sale is sold. Come back at the next sale.");
            case ITEM_SOLD -> refused("item-sold", "Item sold", "Item is sold. Try another item.");
            case ITEM_RESERVED ->
                refused(
                        "item-reserved",
                        "Item reserved",
                        "Item is held by somebody. Try another item, or this one again when the hold runs out.");
            case USER_LIMIT_REACHED ->
                refused(
                        "user-limit-reached",
                        "User limit reached",
                        "User has reached the limit of this sale. Release a hold, or come back at the next sale.");
            case CODE_UNKNOWN ->
                refused(
                        "code-unknown",
                        "Code unknown",
                        "This service did not issue the code. Use the code that checkout returned.");
            case CODE_USED ->
                refused("code-used", "Code used", "The code was used to buy its item. It cannot be used again.");
            case CODE_EXPIRED ->
                refused("code-expired", "Code expired", "The hold of this code is over. Check out again.");
            case TICKED,
                    CONFIGURED,
                    CONFIGURATION_REFUSED,
                    RULES_UNKNOWN,
                    CHECKPOINT_PROVED,
                    CHECKPOINT_TAKEN,
                    DIVERGED,
                    COMMAND_UNKNOWN -> INTERNAL_ERROR; // None of these answers a client's command.
        };
    }

    private static Reply refused(final String type, final String title, final String detail) {
        return Reply.problem(409, type, title, detail);
    }

    private static Reply unavailable(final String type, final String title, final String detail) {
        return Reply.problem(503, "Retry-After: 1\r\n", type, title, detail);
    }
}
