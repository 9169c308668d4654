package dev.galley.rest;

import dev.galley.postgres.DatabaseFailure;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A reply that a function made whole: {@code RAISE SQLSTATE 'PGRST' USING message = '{...}', detail = '{...}'}. */
final class RaisedReply {
    private static final String MESSAGE_HINT =
            "MESSAGE must be a JSON object with obligatory keys: 'code', 'message' and optional keys: 'details', 'hint'.";
    private static final String DETAIL_HINT =
            "DETAIL must be a JSON object with obligatory keys: 'status', 'headers' and optional key: 'status_text'.";

    private RaisedReply() {}

    static ErrorReply reply(DatabaseFailure.Refused raised) {
        Optional<FlatJson.Members> message =
                FlatJson.object(raised.message()).filter(members -> has(members, "code") && has(members, "message"));
        if (message.isEmpty()) {
            return unreadable("Invalid JSON value for MESSAGE: '" + raised.message() + "'", MESSAGE_HINT);
        }
        if (raised.detail().isEmpty()) return unreadable("DETAIL is missing in the RAISE statement", DETAIL_HINT);
        String detail = raised.detail().get();
        Optional<FlatJson.Members> control =
                FlatJson.object(detail).filter(members -> status(members) > 0 && hasHeaders(members));
        if (control.isEmpty()) return unreadable("Invalid JSON value for DETAIL: '" + detail + "'", DETAIL_HINT);

        Map<String, String> body = message.get().texts();
        List<Map.Entry<String, String>> headers = List.copyOf(
                control.get().objects().getOrDefault("headers", Map.of()).entrySet());
        ErrorReply reply = ErrorReply.error(
                        status(control.get()), body.getOrDefault("code", ""), body.getOrDefault("message", ""))
                .details(Optional.ofNullable(body.get("details")))
                .hint(Optional.ofNullable(body.get("hint")))
                .headers(headers);
        return Optional.ofNullable(control.get().texts().get("status_text"))
                .map(reply::reason)
                .orElse(reply);
    }

    private static boolean has(FlatJson.Members members, String key) {
        return members.texts().containsKey(key);
    }

    private static boolean hasHeaders(FlatJson.Members members) {
        Map<String, String> headers = members.objects().get("headers");
        return headers != null && headers.entrySet().stream().allMatch(HeaderField::isSendable);
    }

    private static int status(FlatJson.Members members) {
        String text = members.texts().getOrDefault("status", "");
        return text.matches("[2-5][0-9][0-9]") ? Integer.parseInt(text) : 0;
    }

    private static ErrorReply unreadable(String details, String hint) {
        return ErrorReply.error(500, "PGRST121", "Could not parse JSON in the \"RAISE SQLSTATE 'PGRST'\" error")
                .details(details)
                .hint(hint);
    }
}
