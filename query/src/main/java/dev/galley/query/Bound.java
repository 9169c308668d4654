package dev.galley.query;

import dev.galley.schema.Relation;
import dev.galley.schema.Relationship;
import dev.galley.schema.SchemaModel;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
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

    /** @param most the largest offset */
    record UpTo(Optional<Value> offset, long most) implements Bound {
        @Override
        public boolean holds(Bindings bindings) {
            return offset.isEmpty() || bindings.number(offset.get()) <= most;
        }
    }

    static Bound of(Read read, SchemaModel schema, PlannerSettings settings) {
        Relation relation = Reads.relation(read.from(), schema);
        Selection selection = read.selection();
        if (read.count() != Count.NONE || selection.gathers() || !isSimple(read, relation, schema)) {
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
        long limit = Math.min(
                selection.limit().orElse(Long.MAX_VALUE), settings.maxRows().orElse(Long.MAX_VALUE));
        if (limit > settings.boundedRows()) {
            return new Never();
        }
        return new UpTo(selection.offset(), settings.boundedRows() - limit);
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
                && !embed.selection().gathers()
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
            case Filter.Or _, Filter.Not _, Filter.FullText _, Filter.NoRelated _, Filter.Aggregated _ -> false;
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
