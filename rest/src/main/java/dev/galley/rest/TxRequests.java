package dev.galley.rest;

import io.vertx.core.MultiMap;
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
    RestRequest of(TxStep step, boolean used, Function<String, JsonNode> results, TxBudget budget) {
        MultiMap headers = headers(step);
        headers.set("Accept", MediaType.parse(step.format().contentType()).name());
        Optional<String> prefer = prefer(step, used);
        prefer.ifPresent(text -> headers.set("Prefer", text));
        return new RestRequest(
                step.method(),
                step.path(),
                target(step, headers),
                query(step, results, budget),
                headers,
                Preferences.parse(prefer.map(List::of).orElse(List.of()), false),
                whole.caller(),
                step.body().map(body -> json.write(body, results, budget)).orElse(new byte[0]));
    }

    Target target(TxStep step) {
        return target(step, headers(step));
    }

    private Target target(TxStep step, MultiMap headers) {
        return Target.of(step.method(), step.path(), headers, settings);
    }

    private MultiMap headers(TxStep step) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(whole.headers());
        OF_THE_WHOLE.forEach(headers::remove);
        Optional<String> schema = step.schema().or(() -> whole.header("Content-Profile"));
        schema.ifPresent(name -> headers.set(step.reads() ? "Accept-Profile" : "Content-Profile", name));
        return headers;
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

    private QueryString query(TxStep step, Function<String, JsonNode> results, TxBudget budget) {
        for (QueryString.Parameter each : step.query().parameters())
            budget.take(each.value().length());
        if (step.conditions().isEmpty()) return step.query();
        List<QueryString.Parameter> all = new ArrayList<>(step.query().parameters());
        for (TxStep.Condition each : step.conditions()) {
            String value = json.condition(each.operator(), each.value(), results, budget);
            all.add(new QueryString.Parameter(each.column(), each.operator() + "." + value));
        }
        return new QueryString(List.copyOf(all));
    }
}
