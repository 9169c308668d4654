package dev.galley.identity;

import dev.galley.settings.SettingsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Where the role stands in the claims; of several values the first counts. Understands of a JSONPath (RFC 9535) names, positions,
 * {@code *} and the filters of {@link ClaimFilter} ({@code $.a['b c'][0]}, {@code $.roles[?@ == 'author']}), and the older form that
 * starts with a dot and quotes with {@code "}.
 */
public final class RoleClaim {
    private static final Pattern STEP =
            Pattern.compile("\\.([\\w@-]+)|\\.\"([^\"]+)\"|\\['([^']+)'\\]|\\[\"([^\"]+)\"\\]|\\[(-?\\d{1,6})\\]"
                    + "|(\\.\\*|\\[\\*\\])");

    static final RoleClaim DEFAULT = parse("$.role");

    private sealed interface Step {}

    private record Name(String name) implements Step {}

    /** @param index from the end when negative */
    private record Position(int index) implements Step {}

    private record Every() implements Step {}

    private record Matching(ClaimFilter filter) implements Step {}

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
            Optional<ClaimFilter.Read> filter = ClaimFilter.read(path, end);
            if (filter.isPresent()) {
                steps.add(new Matching(filter.get().filter()));
                end = filter.get().end();
                continue;
            }
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
        return matcher.group(5) != null ? new Position(Integer.parseInt(matcher.group(5))) : new Every();
    }

    /** What stands at the path; empty when nothing or {@code null} does. */
    Optional<JsonNode> find(JsonNode claims) {
        Stream<JsonNode> found = Stream.of(claims);
        for (Step step : steps) {
            found = found.flatMap(at -> switch (step) {
                case Name(var name) -> present(at.path(name));
                case Position(var index) -> present(at.path(index < 0 && at.isArray() ? at.size() + index : index));
                case Every every -> at.valueStream();
                case Matching(var filter) -> at.valueStream().filter(filter::holds);
            });
        }
        return found.findFirst().filter(at -> !at.isNull());
    }

    private static Stream<JsonNode> present(JsonNode at) {
        return at.isMissingNode() ? Stream.empty() : Stream.of(at);
    }

    @Override
    public String toString() {
        return text;
    }
}
