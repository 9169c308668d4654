package dev.galley.query;

import dev.galley.schema.Relation;
import dev.galley.schema.Relationship;
import dev.galley.schema.SchemaModel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Whether a read is small work whatever the data. The rule: it reads a table or view without a count, embeds only along foreign keys to the
 * one row referenced, uses no computed field, and either
 * <ul>
 * <li>compares every column of the primary key or of a unique key for equality, or
 * <li>takes a few rows of a table (limit and offset together no more than the setting) in the order of its primary key or in none, without a
 *     filter: PostgreSQL then stops at the limit.
 * </ul>
 * Anything else may scan: whether a filter is served by an index is not known here.
 */
sealed interface Bound {
    boolean holds(Bindings bindings);

    record Always() implements Bound {
        @Override
        public boolean holds(Bindings bindings) {
            return true;
        }
    }

    record Never() implements Bound {
        @Override
        public boolean holds(Bindings bindings) {
            return false;
        }
    }

    /** @param most the largest sum of the values */
    record UpTo(List<Value> values, long constant, long most) implements Bound {
        @Override
        public boolean holds(Bindings bindings) {
            long sum = constant;
            for (Value value : values) {
                long number = bindings.number(value);
                if (number > most) {
                    return false;
                }
                sum += number;
            }
            return sum <= most;
        }
    }

    static Bound of(Read read, SchemaModel schema, PlannerSettings settings) {
        Relation relation = Reads.relation(read.from(), schema);
        Selection selection = read.selection();
        if (read.count() != Count.NONE || !isSimple(read, relation, schema)) {
            return new Never();
        }
        Set<String> equal = new HashSet<>();
        boolean onlyPlainComparisons = equalColumns(selection.filter(), relation, equal);
        boolean onlyColumns = selection.order().stream()
                .allMatch(term -> term.embed().isPresent() || isColumn(Optional.of(term.field()), relation));
        if (onlyPlainComparisons && onlyColumns && coversKey(relation, equal)) {
            return new Always();
        }
        boolean table = relation.kind() == Relation.Kind.TABLE || relation.kind() == Relation.Kind.PARTITIONED_TABLE;
        if (!table || !selection.filter().equals(Filter.NONE) || !inKeyOrder(selection.order(), relation)) {
            return new Never();
        }
        return upTo(selection, settings);
    }

    private static Bound upTo(Selection selection, PlannerSettings settings) {
        List<Value> values = new ArrayList<>();
        selection.offset().ifPresent(values::add);
        OptionalLong cap = settings.maxRows();
        boolean capIsSmall = cap.isPresent() && cap.getAsLong() <= settings.boundedRows();
        if (capIsSmall) {
            return new UpTo(values, cap.getAsLong(), settings.boundedRows());
        }
        if (selection.limit().isEmpty()) {
            return new Never();
        }
        values.add(selection.limit().get());
        return new UpTo(values, 0, settings.boundedRows());
    }

    private static boolean isSimple(Read read, Relation relation, SchemaModel schema) {
        for (Selection.Item item : read.selection().items()) {
            boolean simple = switch (item) {
                case Selection.All _ -> true;
                case Selection.Field field -> field.aggregate().isEmpty() && isColumn(field.path(), relation);
                case Selection.Embed embed -> isLookup(read, embed, schema);
            };
            if (!simple) {
                return false;
            }
        }
        return true;
    }

    private static boolean isColumn(Optional<FieldPath> path, Relation relation) {
        return path.isPresent() && relation.columns().containsKey(path.get().column());
    }

    private static boolean isLookup(Read parent, Selection.Embed embed, SchemaModel schema) {
        Relationship found = Relationships.find(schema, parent.from(), embed.target(), embed.hint());
        return found instanceof Relationship.Direct direct
                && direct.forward()
                && !embed.inner()
                && embed.selection().filter().equals(Filter.NONE)
                && isSimple(
                        new Read(direct.to(), embed.selection(), Count.NONE),
                        Reads.relation(direct.to(), schema),
                        schema);
    }

    /** Collects the columns that are compared for equality by AND; false when a term may be expensive by itself. */
    private static boolean equalColumns(Filter filter, Relation relation, Set<String> equal) {
        return switch (filter) {
            case Filter.And(List<Filter> all) -> {
                boolean plain = true;
                for (Filter term : all) {
                    plain &= equalColumns(term, relation, equal);
                }
                yield plain;
            }
            case Filter.Compare compare -> {
                if (compare.operator() == Operator.EQ
                        && compare.quantifier().isEmpty()
                        && compare.field().json().isEmpty()) {
                    equal.add(compare.field().column());
                }
                yield compare.operator() != Operator.MATCH
                        && compare.operator() != Operator.IMATCH
                        && isColumn(Optional.of(compare.field()), relation);
            }
            case Filter.Is is -> isColumn(Optional.of(is.field()), relation);
            case Filter.Or _, Filter.Not _, Filter.FullText _, Filter.NoRelated _ -> false;
        };
    }

    private static boolean coversKey(Relation relation, Collection<String> equal) {
        boolean primary = !relation.primaryKey().isEmpty() && equal.containsAll(relation.primaryKey());
        return primary || relation.uniqueKeys().stream().anyMatch(equal::containsAll);
    }

    /** The terms are the leading columns of the primary key, all in one direction, with nulls where the index has them. */
    private static boolean inKeyOrder(List<OrderTerm> order, Relation relation) {
        if (order.size() > relation.primaryKey().size()) {
            return false;
        }
        for (int i = 0; i < order.size(); i++) {
            OrderTerm term = order.get(i);
            boolean next = term.embed().isEmpty()
                    && term.nulls().isEmpty()
                    && term.direction().equals(order.getFirst().direction())
                    && term.field().equals(FieldPath.of(relation.primaryKey().get(i)));
            if (!next) {
                return false;
            }
        }
        return true;
    }
}
