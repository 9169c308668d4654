package dev.galley.rest;

import dev.galley.query.FieldPath;
import dev.galley.query.Selection;
import dev.galley.query.Selection.Aggregate;
import java.util.List;
import java.util.Optional;

/**
 * Reads {@code select}: {@code *,alias:data->>name::text,amount.sum(),client!hint!inner(id,...owner(name))}.
 * One look ahead decides what an item is: a bracket or a {@code !} behind its name makes it an embed.
 */
final class SelectParser {
    private final int maxDepth;
    private final int maxItems;
    private int items;

    SelectParser(int maxDepth, int maxItems) {
        this.maxDepth = maxDepth;
        this.maxItems = maxItems;
    }

    /** As in PostgREST, what follows the bracket of a last embed (a stray quote) is not looked at. */
    void whole(Scanner in, List<SelectedItem> into) {
        list(in, into, 0);
        boolean afterEmbed = !into.isEmpty() && into.getLast() instanceof SelectedItem.Embedded;
        if (!afterEmbed || in.peek() == ')') in.requireEnd();
    }

    private void list(Scanner in, List<SelectedItem> into, int depth) {
        if (depth > maxDepth) throw new RestException(new RestError.TooComplex("levels of embedding", maxDepth));
        in.skipSpaces();
        if (in.atEnd() || in.peek() == ')') return;
        do {
            in.skipSpaces();
            if (++items > maxItems) throw new RestException(new RestError.TooComplex("selected items", maxItems));
            into.add(item(in, depth));
            in.skipSpaces();
        } while (in.skip(','));
    }

    private SelectedItem item(Scanner in, int depth) {
        if (in.looksAt("...")) {
            in.skip("...");
            return embed(in, Names.name(in), Optional.empty(), true, depth);
        }
        if (in.peek() == '*') {
            in.next();
            requireItemEnd(in);
            return new SelectedItem.Plain(new Selection.All());
        }
        Optional<String> alias = Optional.empty();
        String name = Names.name(in);
        if (in.peek() == ':' && in.peek(1) != ':') {
            in.next();
            alias = Optional.of(name);
            name = Names.name(in);
        }
        if (name.equals("count") && in.looksAt("()")) {
            in.skip("()");
            Optional<String> cast = cast(in);
            requireItemEnd(in);
            return new SelectedItem.Plain(
                    new Selection.Field(Optional.empty(), Optional.empty(), Optional.of(Aggregate.COUNT), cast, alias));
        }
        if (in.peek() == '(' || in.peek() == '!') return embed(in, name, alias, false, depth);
        return field(in, name, alias);
    }

    private SelectedItem.Embedded embed(Scanner in, String target, Optional<String> alias, boolean spread, int depth) {
        Optional<String> hint = Optional.empty();
        Optional<Boolean> inner = Optional.empty();
        for (int i = 0; i < 2 && in.peek() == '!'; i++) {
            in.next();
            if (joins(in, "left")) inner = Optional.of(inner.orElse(false));
            else if (joins(in, "inner")) inner = Optional.of(inner.orElse(true));
            else {
                String name = Names.name(in);
                if (hint.isEmpty()) hint = Optional.of(name);
            }
        }
        in.require('(');
        var embedded = new SelectedItem.Embedded(target, alias, hint, inner.orElse(false), spread);
        list(in, embedded.items, depth + 1);
        in.require(')');
        return embedded;
    }

    /** A hint may begin with the word of a join: {@code !inner_key}. */
    private static boolean joins(Scanner in, String word) {
        int next = in.peek(word.length());
        return in.looksAt(word) && (next == '(' || next == '!' || next == -1) && in.skip(word);
    }

    private static SelectedItem field(Scanner in, String name, Optional<String> alias) {
        FieldPath path = new FieldPath(name, Names.jsonPath(in));
        in.skipSpaces();
        Optional<String> cast = cast(in);
        Optional<Aggregate> aggregate = Optional.empty();
        if (in.peek() == '.') {
            in.next();
            aggregate = Optional.of(aggregate(in));
            if (!in.skip("()")) throw in.failure();
        } else {
            in.expecting("\".\"");
        }
        Optional<String> outer = aggregate.isPresent() ? cast(in) : Optional.empty();
        requireItemEnd(in);
        return new SelectedItem.Plain(
                aggregate.isPresent()
                        ? new Selection.Field(Optional.of(path), cast, aggregate, outer, alias)
                        : new Selection.Field(Optional.of(path), Optional.empty(), aggregate, cast, alias));
    }

    static Aggregate aggregate(Scanner in) {
        if (in.skip("sum")) return Aggregate.SUM;
        if (in.skip("avg")) return Aggregate.AVG;
        if (in.skip("count")) return Aggregate.COUNT;
        if (in.skip("max")) return Aggregate.MAX;
        if (in.skip("min")) return Aggregate.MIN;
        throw in.failure();
    }

    private static Optional<String> cast(Scanner in) {
        if (in.peek() != ':') {
            in.expecting("\"::\"");
            return Optional.empty();
        }
        if (!in.skip("::")) throw in.failure();
        return Optional.of(Names.identifier(in));
    }

    private static void requireItemEnd(Scanner in) {
        in.skipSpaces();
        if (in.atEnd() || in.peek() == ',' || in.peek() == ')') return;
        in.refuse();
        in.expecting("\")\"", "\",\"");
        in.expecting("end of input");
        throw in.failure();
    }
}
