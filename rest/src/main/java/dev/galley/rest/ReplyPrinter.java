package dev.galley.rest;

import dev.galley.query.Count;
import dev.galley.query.Execution;
import dev.galley.query.Explained;
import dev.galley.query.Insert.Resolution;
import dev.galley.rest.Preferences.Handling;
import dev.galley.rest.Preferences.Missing;
import dev.galley.rest.Preferences.Return;
import dev.galley.rest.Preferences.Transaction;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Makes the answer of an action that succeeded: status, headers, and whether the rows go along. */
final class ReplyPrinter {
    private final RestRequest request;
    private final Action action;
    private final MediaTypes.Format format;
    private final Execution.Result result;
    private final List<Map.Entry<String, String>> headers = new ArrayList<>(8);

    ReplyPrinter(RestRequest request, Action action, MediaTypes.Format format, Execution.Result result) {
        this.request = request;
        this.action = action;
        this.format = format;
        this.result = result;
    }

    Reply print() {
        if (format.representation() instanceof Explained) {
            contentType();
            return new Reply(200, headers, body());
        }
        Reply reply = switch (action) {
            case Action.Reading reading -> read(reading);
            case Action.Inserting inserting -> inserted(inserting);
            case Action.Replacing replacing -> replaced();
            case Action.Updating updating -> updated();
            case Action.Deleting deleting -> deleted();
            case Action.Calling calling -> called(calling);
        };
        return reply.steered(result.status(), result.headers());
    }

    private Reply read(Action.Reading reading) {
        int status = ranged(reading.range());
        String canonical = request.query().canonical();
        add(
                "Content-Location",
                "/" + encoded(reading.relation().name()) + (canonical.isEmpty() ? "" : "?" + canonical));
        contentType();
        applied(Optional.empty(), Optional.empty(), false, false);
        return new Reply(status, headers, body());
    }

    private Reply called(Action.Calling calling) {
        int status = ranged(calling.range());
        applied(Optional.empty(), Optional.empty(), false, true);
        if (calling.routine().returns().isVoid() && !calling.routine().returns().set()) {
            return Reply.empty(204, headers);
        }
        contentType();
        return new Reply(status, headers, body());
    }

    private Reply inserted(Action.Inserting inserting) {
        if (!result.key().isEmpty()) add("Location", location(inserting));
        add("Content-Range", RowRange.contentRange(1, 0, writtenTotal()));
        Optional<Resolution> resolution = request.preferences().resolution();
        applied(
                resolution.filter(given -> inserting.resolves()),
                request.preferences().missing(),
                true,
                false);
        boolean merged = resolution.filter(Resolution.MERGE_DUPLICATES::equals).isPresent()
                && result.inserted().isPresent()
                && result.inserted().getAsLong() <= 0;
        return written(merged ? 200 : 201, merged ? 200 : 201);
    }

    private Reply replaced() {
        applied(Optional.empty(), Optional.empty(), true, false);
        boolean isNew = request.createsOnly() || result.inserted().orElse(0) > 0;
        return written(isNew ? 201 : 200, 204);
    }

    private Reply updated() {
        add("Content-Range", RowRange.contentRange(0, result.rows(), writtenTotal()));
        applied(Optional.empty(), request.preferences().missing(), true, true);
        return written(200, 204);
    }

    private Reply deleted() {
        add("Content-Range", RowRange.contentRange(1, 0, writtenTotal()));
        applied(Optional.empty(), Optional.empty(), true, true);
        return written(200, 204);
    }

    private Reply written(int statusWithRows, int statusWithout) {
        if (!request.preferences().wantsRows()) return Reply.empty(statusWithout, headers);
        contentType();
        return new Reply(statusWithRows, headers, body());
    }

    /** Adds {@code Content-Range} and finds the status that goes with it. */
    private int ranged(RowRange range) {
        OptionalLong total = result.total();
        long rows = result.rows();
        if (total.isPresent() && range.offset() > total.getAsLong()) {
            throw new RestException(new RestError.OffsetOutOfBounds(range.offset(), total.getAsLong()));
        }
        add("Content-Range", RowRange.contentRange(range.offset(), rows, total));
        return total.isPresent() && rows < total.getAsLong() ? 206 : 200;
    }

    private OptionalLong writtenTotal() {
        Count count = request.preferences().count();
        return count == Count.EXACT || count == Count.ESTIMATED ? OptionalLong.of(result.rows()) : OptionalLong.empty();
    }

    private String location(Action.Inserting inserting) {
        StringBuilder location =
                new StringBuilder("/").append(encoded(inserting.relation().name()));
        char separator = '?';
        for (Execution.KeyColumn key : result.key()) {
            location.append(separator);
            QueryString.encode(location, key.column());
            location.append('=');
            QueryString.encode(location, key.value().map(value -> "eq." + value).orElse("is.null"));
            separator = '&';
        }
        return location.toString();
    }

    /** Which preferences were followed. Those that mean nothing to this action are left out. */
    private void applied(
            Optional<Resolution> resolution, Optional<Missing> missing, boolean returning, boolean maxAffected) {
        Preferences preferences = request.preferences();
        if (preferences.equals(Preferences.NONE)) return;
        List<String> applied = new ArrayList<>(4);
        resolution.map(Preferences::text).ifPresent(applied::add);
        missing.map((Missing each) -> each.text).ifPresent(applied::add);
        if (returning) preferences.returning().map((Return each) -> each.text).ifPresent(applied::add);
        Preferences.text(preferences.count()).ifPresent(applied::add);
        preferences.transaction().map((Transaction each) -> each.text).ifPresent(applied::add);
        preferences.handling().map((Handling each) -> each.text).ifPresent(applied::add);
        preferences.timezone().ifPresent(zone -> applied.add("timezone=" + zone));
        if (maxAffected && preferences.affectedLimit().isPresent()) {
            applied.add("max-affected=" + preferences.affectedLimit().getAsLong());
        }
        if (!applied.isEmpty()) add("Preference-Applied", String.join(", ", applied));
    }

    private void contentType() {
        add("Content-Type", format.contentType());
        if (request.target().profiled()) add("Content-Profile", request.target().schema());
    }

    private Optional<ByteBuf> body() {
        return Optional.of(result.body());
    }

    private static String encoded(String name) {
        StringBuilder text = new StringBuilder(name.length());
        QueryString.encode(text, name);
        return text.toString();
    }

    private void add(String name, String value) {
        headers.add(Map.entry(name, value));
    }
}
