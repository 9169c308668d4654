package dev.galley.rest;

import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** Makes of a step the request that it would be alone, by the same caller. */
final class TxRequests {
    /** Headers of the whole that say nothing of its steps. */
    private static final List<String> OF_THE_WHOLE = List.of(
            "Prefer",
            "Accept",
            "Accept-Profile",
            "Content-Profile",
            "Range",
            "Range-Unit",
            "Content-Type",
            "Content-Length",
            "Content-Encoding",
            "If-Match",
            "If-None-Match",
            "Idempotency-Key");

    private final RestRequest whole;
    private final RestSettings settings;
    private final TxJson json;

    TxRequests(RestRequest whole, RestSettings settings, TxJson json) {
        this.whole = whole;
        this.settings = settings;
        this.json = json;
    }

    /**
     * @param used whether another step uses its result, so that a write must return its rows
     * @param results what a reference stands for
     */
    RestRequest of(TxStep step, boolean used, Function<String, JsonNode> results) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(whole.headers());
        OF_THE_WHOLE.forEach(headers::remove);
        Optional<String> schema = step.schema().or(() -> whole.header("Content-Profile"));
        schema.ifPresent(name -> headers.set(step.reads() ? "Accept-Profile" : "Content-Profile", name));
        headers.set("Accept", MediaType.parse(step.format().contentType()).name());
        Optional<String> prefer = prefer(step, used);
        prefer.ifPresent(text -> headers.set("Prefer", text));
        Target target = Target.of(step.method(), step.path(), headers, settings);
        return new RestRequest(
                step.method(),
                step.path(),
                target,
                query(step, results),
                headers,
                Preferences.parse(prefer.map(List::of).orElse(List.of()), false),
                whole.caller(),
                step.body()
                        .map(body -> json.write(TxJson.resolved(body, results)))
                        .orElse(new byte[0]));
    }

    String role() {
        return whole.role();
    }

    private static Optional<String> prefer(TxStep step, boolean used) {
        Optional<String> prefer = step.prefer();
        boolean silent = used
                && !step.reads()
                && Preferences.parse(prefer.map(List::of).orElse(List.of()), false)
                        .returning()
                        .isEmpty();
        if (!silent) return prefer;
        String rows = Preferences.Return.REPRESENTATION.text;
        return Optional.of(prefer.map(text -> text + ", " + rows).orElse(rows));
    }

    private QueryString query(TxStep step, Function<String, JsonNode> results) {
        if (step.conditions().isEmpty()) return step.query();
        List<QueryString.Parameter> all = new ArrayList<>(step.query().parameters());
        for (TxStep.Condition each : step.conditions()) {
            String value = json.condition(each.operator(), TxJson.resolved(each.value(), results));
            all.add(new QueryString.Parameter(each.column(), each.operator() + "." + value));
        }
        return new QueryString(List.copyOf(all));
    }

    /** How much of {@code rest.tx-max-body} a step takes. */
    static long size(RestRequest request) {
        long size = request.body().length;
        for (QueryString.Parameter each : request.query().parameters()) {
            size += each.value().getBytes(StandardCharsets.UTF_8).length;
        }
        return size;
    }
}
