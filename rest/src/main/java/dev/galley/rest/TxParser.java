package dev.galley.rest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Reads the body of {@code POST /rest/v1/tx}. Strict: a member that nobody knows is an error. */
final class TxParser {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PATCH", "PUT", "DELETE");
    private static final Set<String> LEVELS = Set.of("read committed", "repeatable read", "serializable");
    private static final Set<String> MEMBERS =
            Set.of("name", "method", "path", "query", "prefer", "accept", "schema", "body", "expect");

    private final TxSettings settings;
    private final int maxConditions;
    private final TxJson json;
    private final Map<String, Integer> names = new HashMap<>();
    private final Set<Integer> used = new HashSet<>();

    TxParser(RestSettings settings, TxJson json) {
        this.settings = settings.transactions();
        this.maxConditions = settings.maxTerms();
        this.json = json;
    }

    TxDocument parse(byte[] body) {
        if (body.length > settings.maxBody()) throw new TxError.TooLarge(settings.maxBody()).exception();
        JsonNode root = json.read(body);
        known(root, "the transaction", Set.of("isolation", "steps"));
        JsonNode list = root.path("steps");
        if (!list.isArray() || list.isEmpty()) throw malformed("\"steps\" must be a list with at least one step");
        if (list.size() > settings.maxSteps()) throw new TxError.TooManySteps(settings.maxSteps()).exception();
        Optional<String> isolation = isolation(root);
        List<TxStep> steps = new ArrayList<>(list.size());
        for (JsonNode each : list) steps.add(step(steps.size(), each));
        return new TxDocument(isolation, List.copyOf(steps), Set.copyOf(used));
    }

    private static Optional<String> isolation(JsonNode root) {
        Optional<String> level = text(root, "isolation").map(text -> text.toLowerCase(Locale.ROOT));
        if (level.isPresent() && !LEVELS.contains(level.get())) {
            throw malformed("\"isolation\" must be read committed, repeatable read or serializable");
        }
        return level;
    }

    private TxStep step(int index, JsonNode node) {
        JsonNode name = node.path("name");
        String called = name.isString() && TxReference.isName(name.asString()) ? name.asString() : "";
        try {
            if (name.isMissingNode() == called.isEmpty()) return step(index, called, node);
            throw malformed("\"name\" must be letters, digits and _, at most 63");
        } catch (RestException e) {
            throw new TxFailure(index, called, Optional.empty(), e);
        }
    }

    private TxStep step(int index, String name, JsonNode node) {
        known(node, "a step", MEMBERS);
        String method =
                text(node, "method").map(text -> text.toUpperCase(Locale.ROOT)).orElse("");
        if (!METHODS.contains(method)) throw malformed("\"method\" must be GET, HEAD, POST, PATCH, PUT or DELETE");
        String address = text(node, "path").orElseThrow(() -> malformed("\"path\" is missing"));
        int mark = address.indexOf('?');
        String path = mark < 0 ? address : address.substring(0, mark);
        TxQuery query = TxQuery.parse(mark < 0 ? "" : address.substring(mark + 1), node.path("query"));
        if (query.conditions().size() > maxConditions)
            throw malformed("a step has more than " + maxConditions + " conditions");
        Optional<JsonNode> body = Optional.ofNullable(node.get("body"));

        // Only steps before this one can be used, so that nothing is used in a circle.
        Set<Integer> uses = new HashSet<>();
        for (TxStep.Condition each : query.conditions()) references(each.value(), uses);
        body.ifPresent(value -> references(value, uses));
        if (!name.isEmpty() && names.putIfAbsent(name, index) != null) {
            throw malformed("another step is named \"" + name + "\"");
        }
        return new TxStep(
                index,
                name,
                method,
                path.startsWith("/") ? path : "/" + path,
                query.fixed(),
                query.conditions(),
                prefer(node),
                format(node),
                text(node, "schema"),
                body,
                expectation(node),
                Set.copyOf(uses));
    }

    private static Optional<String> prefer(JsonNode step) {
        Optional<String> prefer = text(step, "prefer");
        if (prefer.isPresent()
                && Preferences.parse(List.of(prefer.get()), true).transaction().isPresent()) {
            throw malformed("\"tx=\" is said for all steps, in the header Prefer");
        }
        return prefer;
    }

    /** The answers of steps are members of one answer, so they are JSON. */
    private static MediaTypes.Format format(JsonNode step) {
        MediaType accept = MediaType.parse(text(step, "accept").orElse(MediaTypes.JSON));
        boolean stripped = accept.parameter("nulls").equals("stripped");
        return switch (accept.name()) {
            case MediaTypes.JSON -> MediaTypes.ROWS;
            case MediaTypes.ARRAY, "application/vnd.pgrst.array" ->
                stripped ? MediaTypes.STRIPPED_ROWS : MediaTypes.ROWS;
            case MediaTypes.OBJECT, "application/vnd.pgrst.object" ->
                stripped ? MediaTypes.STRIPPED_ONE : MediaTypes.ONE;
            default -> throw malformed("\"accept\" must be a kind of JSON");
        };
    }

    private static Optional<TxStep.Expectation> expectation(JsonNode step) {
        JsonNode expect = step.path("expect");
        if (expect.isMissingNode()) return Optional.empty();
        known(expect, "\"expect\"", Set.of("rows"));
        JsonNode rows = expect.path("rows");
        if (!rows.isObject()) return Optional.of(new TxStep.Expectation(count(rows), count(rows)));
        known(rows, "\"rows\"", Set.of("min", "max"));
        long least = rows.has("min") ? count(rows.get("min")) : 0;
        long most = rows.has("max") ? count(rows.get("max")) : Long.MAX_VALUE;
        return Optional.of(new TxStep.Expectation(least, most));
    }

    private static long count(JsonNode number) {
        if (!number.isIntegralNumber() || !number.canConvertToLong() || number.asLong() < 0) {
            throw malformed("\"rows\" must be a number, or {\"min\": ..., \"max\": ...}");
        }
        return number.asLong();
    }

    private void references(JsonNode value, Set<Integer> uses) {
        TxJson.references(value, text -> {
            TxReference reference = TxReference.parse(text)
                    .orElseThrow(() -> malformed("\"$ref\" must be like order, order.id, items[0].id or items[*].id"));
            Integer step = names.get(reference.step());
            if (step == null) throw malformed("no step before this one is named \"" + reference.step() + "\"");
            uses.add(step);
            used.add(step);
        });
    }

    private static void known(JsonNode node, String what, Set<String> members) {
        if (!node.isObject()) throw malformed(what + " must be an object");
        for (String name : node.propertyNames()) {
            if (!members.contains(name)) throw malformed(what + " has no member \"" + name + "\"");
        }
    }

    private static Optional<String> text(JsonNode node, String member) {
        JsonNode text = node.path(member);
        if (text.isMissingNode()) return Optional.empty();
        if (!text.isString() || text.asString().isEmpty()) throw malformed("\"" + member + "\" must be text");
        return Optional.of(text.asString());
    }

    private static RestException malformed(String what) {
        return new TxError.Malformed(what).exception();
    }
}
