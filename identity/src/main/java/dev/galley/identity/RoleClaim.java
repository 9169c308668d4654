package dev.galley.identity;

import dev.galley.settings.SettingsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Where the role stands in the claims: a path of names and array positions. Understands the plain steps of a JSONPath
 * ({@code $.a['b c'][0]}) and the older form that starts with a dot and quotes with {@code "}.
 */
public final class RoleClaim {
    private static final Pattern STEP =
            Pattern.compile("\\.([\\w@-]+)|\\.\"([^\"]+)\"|\\['([^']+)'\\]|\\[\"([^\"]+)\"\\]|\\[(\\d{1,6})\\]");

    static final RoleClaim DEFAULT = parse("$.role");

    private sealed interface Step {}

    private record Name(String name) implements Step {}

    private record Position(int index) implements Step {}

    private final String text;
    private final List<Step> steps;

    private RoleClaim(String text, List<Step> steps) {
        this.text = text;
        this.steps = steps;
    }

    static RoleClaim parse(String text) {
        String path = text.startsWith("$") ? text.substring(1) : text;
        List<Step> steps = new ArrayList<>();
        Matcher matcher = STEP.matcher(path);
        int end = 0;
        while (end < path.length()) {
            matcher.region(end, path.length());
            if (!matcher.lookingAt()) {
                throw new SettingsException("auth.role-claim: cannot read \"" + path.substring(end) + "\" in \"" + text
                        + "\"; write a path such as $.role or $.app_metadata.roles[0]");
            }
            steps.add(step(matcher));
            end = matcher.end();
        }
        if (steps.isEmpty()) {
            throw new SettingsException("auth.role-claim: names no claim; write a path such as $.role");
        }
        return new RoleClaim(text, List.copyOf(steps));
    }

    private static Step step(Matcher matcher) {
        for (int group = 1; group <= 4; group++) {
            if (matcher.group(group) != null) {
                return new Name(matcher.group(group));
            }
        }
        return new Position(Integer.parseInt(matcher.group(5)));
    }

    /** What stands at the path; empty when nothing or {@code null} does. */
    Optional<JsonNode> find(JsonNode claims) {
        JsonNode at = claims;
        for (Step step : steps) {
            at = switch (step) {
                case Name(var name) -> at.path(name);
                case Position(var index) -> at.path(index);
            };
        }
        return at.isMissingNode() || at.isNull() ? Optional.empty() : Optional.of(at);
    }

    @Override
    public String toString() {
        return text;
    }
}
