package dev.galley.rest;

import dev.galley.http.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An error as it is told: PostgREST's four members and the status and headers around them.
 *
 * @param step which step of several it was, as JSON
 * @param reason the reason phrase when it is not the usual one of the status
 */
record ErrorReply(
        int status,
        Optional<String> reason,
        String code,
        String message,
        Details details,
        Optional<String> hint,
        List<Map.Entry<String, String>> headers,
        Optional<String> step) {

    /** The member {@code details}: nothing, a sentence, or JSON. */
    sealed interface Details {}

    record NoDetails() implements Details {}

    record Sentence(String text) implements Details {}

    record Json(String text) implements Details {}

    static ErrorReply error(int status, String code, String message) {
        return new ErrorReply(
                status,
                Optional.empty(),
                code,
                message,
                new NoDetails(),
                Optional.empty(),
                List.of(),
                Optional.empty());
    }

    ErrorReply details(String text) {
        return new ErrorReply(status, reason, code, message, new Sentence(text), hint, headers, step);
    }

    ErrorReply details(Optional<String> text) {
        return text.map(this::details).orElse(this);
    }

    ErrorReply detailsJson(String json) {
        return new ErrorReply(status, reason, code, message, new Json(json), hint, headers, step);
    }

    ErrorReply hint(String text) {
        return new ErrorReply(status, reason, code, message, details, Optional.of(text), headers, step);
    }

    ErrorReply hint(Optional<String> text) {
        return text.map(this::hint).orElse(this);
    }

    ErrorReply header(String name, String value) {
        return headers(List.of(Map.entry(name, value)));
    }

    ErrorReply headers(List<Map.Entry<String, String>> all) {
        return new ErrorReply(status, reason, code, message, details, hint, all, step);
    }

    ErrorReply step(String json) {
        return new ErrorReply(status, reason, code, message, details, hint, headers, Optional.of(json));
    }

    ErrorReply reason(String phrase) {
        return new ErrorReply(status, Optional.of(phrase), code, message, details, hint, headers, step);
    }

    /** With those that every error has. */
    List<Map.Entry<String, String>> allHeaders() {
        List<Map.Entry<String, String>> all = new ArrayList<>(headers);
        all.add(Map.entry("Content-Type", "application/json; charset=utf-8"));
        all.add(Map.entry("Proxy-Status", "PostgREST; error=" + headerText(code)));
        return all;
    }

    Reply whole(boolean verbose) {
        return new Reply(status, allHeaders(), Optional.of(ResponseBodies.text(json(verbose))));
    }

    /** Functions choose codes and reasons; none may break the head of the answer apart. */
    static String headerText(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", " ");
    }

    /** @param verbose without it the members {@code details} and {@code hint} are left out */
    String json(boolean verbose) {
        StringBuilder json = new StringBuilder(128).append("{\"code\":");
        JsonText.quote(json, code);
        json.append(",\"message\":");
        JsonText.quote(json, message);
        if (verbose) {
            json.append(",\"details\":");
            switch (details) {
                case NoDetails none -> json.append("null");
                case Sentence sentence -> JsonText.quote(json, sentence.text());
                case Json given -> json.append(given.text());
            }
            json.append(",\"hint\":");
            hint.ifPresentOrElse(text -> JsonText.quote(json, text), () -> json.append("null"));
        }
        step.ifPresent(which -> json.append(",\"step\":").append(which));
        return json.append('}').toString();
    }
}
