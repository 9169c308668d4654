package dev.galley.query;

import dev.galley.schema.Identifiers;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.Relation;
import dev.galley.schema.Relationship;
import java.util.ArrayList;
import java.util.List;

/**
 * The far side of an embed as SQL.
 *
 * @param from what stands after FROM
 * @param conditions that tie its rows to the row of the parent
 */
record Link(Source source, boolean toOne, String from, List<String> conditions) {

    static Link of(Scope scope, Source parent, Selection.Embed embed) {
        Relationship relationship = Relationships.find(scope.schema(), parent.name(), embed.target(), embed.hint());
        Relation relation = scope.schema()
                .relation(relationship.to())
                .orElseThrow(() -> new QueryException(new QueryError.UnknownRelation(relationship.to())));
        Source source = Source.of(relation, scope.alias(), scope.schema());
        String table = relationship.to().sql() + " AS " + source.alias();
        return switch (relationship) {
            case Relationship.Direct direct ->
                new Link(source, direct.toOne(), table, equal(direct.pairs(), parent, source.alias()));
            case Relationship.Through through -> {
                String junction = scope.alias();
                String from = table + " JOIN " + through.junction().sql() + " AS " + junction + " ON "
                        + String.join(" AND ", equal(through.far(), junction, source));
                yield new Link(source, false, from, equal(through.near(), parent, junction));
            }
            case Relationship.Computed computed ->
                new Link(source, computed.toOne(), call(computed.function(), parent, source), List.of());
        };
    }

    private static String call(QualifiedName function, Source parent, Source source) {
        return function.sql() + "(" + parent.row() + ") AS " + source.alias();
    }

    private static List<String> equal(List<Relationship.Pair> pairs, Source near, String far) {
        List<String> conditions = new ArrayList<>();
        for (Relationship.Pair pair : pairs) {
            conditions.add(far + "." + Identifiers.quote(pair.to()) + " = "
                    + near.column(pair.from()).sql());
        }
        return conditions;
    }

    private static List<String> equal(List<Relationship.Pair> pairs, String near, Source far) {
        List<String> conditions = new ArrayList<>();
        for (Relationship.Pair pair : pairs) {
            conditions.add(far.column(pair.to()).sql() + " = " + near + "." + Identifiers.quote(pair.from()));
        }
        return conditions;
    }
}
