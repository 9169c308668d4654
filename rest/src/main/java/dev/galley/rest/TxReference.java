package dev.galley.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A place in what an earlier step answered: {@code order.id} (of its only row), {@code items[2].id}, {@code items[*].id} (of every
 * row), {@code order} (all of it).
 *
 * @param text as it was written
 */
record TxReference(String text, String step, List<Part> path) {
    private static final int LONGEST = 1000;
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");
    private static final Pattern WHOLE =
            Pattern.compile("(" + NAME.pattern() + ")((?:\\.[^.\\[\\]]+|\\[(?:[0-9]{1,6}|\\*)])*+)");
    private static final Pattern PART = Pattern.compile("\\.([^.\\[\\]]+)|\\[([0-9]+|\\*)]");

    /** One part of the way. */
    sealed interface Part {}

    record Member(String name) implements Part {}

    record Index(int number) implements Part {}

    record Every() implements Part {}

    /** Whether a step may be called so. */
    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    static Optional<TxReference> parse(String text) {
        if (text.length() > LONGEST) return Optional.empty();
        Matcher whole = WHOLE.matcher(text);
        if (!whole.matches()) return Optional.empty();
        List<Part> path = new ArrayList<>();
        Matcher parts = PART.matcher(whole.group(2));
        while (parts.find()) {
            String name = parts.group(1);
            String index = parts.group(2);
            if (name != null) path.add(new Member(name));
            else path.add(index.equals("*") ? new Every() : new Index(Integer.parseInt(index)));
        }
        return Optional.of(new TxReference(text, whole.group(1), List.copyOf(path)));
    }

    /** @param visits takes one for each row of a {@code [*]} */
    JsonNode in(JsonNode result, TxBudget visits) {
        return follow(result, 0, visits);
    }

    private JsonNode follow(JsonNode node, int depth, TxBudget visits) {
        if (depth == path.size()) return node;
        return switch (path.get(depth)) {
            case Member member -> follow(member(only(node), member.name()), depth + 1, visits);
            case Index index -> {
                if (!node.isArray() || index.number() >= node.size()) {
                    throw unresolved("there is no row " + index.number());
                }
                yield follow(node.get(index.number()), depth + 1, visits);
            }
            case Every _ -> {
                if (!node.isArray()) throw unresolved("it is no list of rows");
                visits.take(node.size());
                ArrayNode all = JsonNodeFactory.instance.arrayNode(node.size());
                for (JsonNode each : node) all.add(follow(each, depth + 1, visits));
                yield all;
            }
        };
    }

    private JsonNode only(JsonNode node) {
        if (!node.isArray()) return node;
        if (node.size() != 1) throw unresolved("one row is needed, there are " + node.size());
        return node.get(0);
    }

    private JsonNode member(JsonNode node, String name) {
        JsonNode value = node.get(name);
        if (value == null) throw unresolved("the step answered no \"" + name + "\"");
        return value;
    }

    private RestException unresolved(String why) {
        return new TxError.Unresolved(text, why).exception();
    }
}
