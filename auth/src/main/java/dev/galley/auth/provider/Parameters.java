package dev.galley.auth.provider;

import dev.galley.auth.edge.AuthRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The parameters of a request of OAuth. Empty ones count as missing; none may come twice (RFC 6749, 3.1).
 *
 * @param unusable names that came twice, or with a value that is no text for a database
 */
record Parameters(Map<String, String> values, Set<String> unusable) {

    static Parameters query(AuthRequest request) {
        return of(request.query().entries().stream());
    }

    /** A form, as OAuth has it, or a JSON object of texts. */
    static Parameters body(AuthRequest request) {
        String type = request.header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
        if (type.contains("application/json")) {
            return of(request.json().object().properties().stream()
                    .filter(entry -> !entry.getValue().isNull())
                    .map(entry -> Map.entry(entry.getKey(), text(entry.getValue()))));
        }
        return form(request);
    }

    static Parameters form(AuthRequest request) {
        return of(Stream.of(request.body().toString(StandardCharsets.UTF_8).split("&", -1))
                .filter(pair -> !pair.isEmpty())
                .map(Parameters::pair));
    }

    private static String text(JsonNode value) {
        if (!value.isString()) {
            throw OAuthRefusal.invalidRequest("Every parameter must be a text");
        }
        return value.stringValue();
    }

    private static Map.Entry<String, String> pair(String pair) {
        int equals = pair.indexOf('=');
        return equals < 0
                ? Map.entry(decode(pair), "")
                : Map.entry(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw OAuthRefusal.invalidRequest("The body is not a form");
        }
    }

    private static Parameters of(Stream<Map.Entry<String, String>> entries) {
        Map<String, String> values = new HashMap<>();
        Set<String> unusable = new HashSet<>();
        entries.forEach(entry -> {
            String earlier = values.put(entry.getKey(), entry.getValue());
            if (earlier != null || entry.getValue().indexOf('\0') >= 0) {
                unusable.add(entry.getKey());
            }
        });
        return new Parameters(Map.copyOf(values), Set.copyOf(unusable));
    }

    /** Empty also for one that is unusable. */
    Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty() && !unusable.contains(name));
    }

    String required(String name) {
        return get(name).orElseThrow(() -> OAuthRefusal.invalidRequest(name + " is required"));
    }

    /** The first of these names that is unusable. */
    Optional<String> fault(List<String> names) {
        return names.stream().filter(unusable::contains).findFirst();
    }
}
