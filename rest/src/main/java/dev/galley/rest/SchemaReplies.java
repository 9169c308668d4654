package dev.galley.rest;

import static dev.galley.rest.ErrorReply.error;

import dev.galley.http.JsonText;
import dev.galley.query.QueryError;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.Relationship;
import dev.galley.schema.Relationship.Pair;
import dev.galley.schema.SchemaModel;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How it is told that a query does not fit the schema. Suggestions name only what the role can see. */
final class SchemaReplies {
    private SchemaReplies() {}

    static ErrorReply reply(QueryError error, String role, SchemaModel schema) {
        return switch (error) {
            case QueryError.UnknownRelation e ->
                error(404, "PGRST205", "Could not find the table '" + e.name() + "' in the schema cache")
                        .hint(nearestRelation(e.name(), role, schema));
            case QueryError.UnknownColumn e ->
                error(400, "42703", "column " + e.relation().name() + "." + e.column() + " does not exist");
            case QueryError.UnknownPayloadColumn e ->
                error(
                        400,
                        "PGRST204",
                        "Could not find the '" + e.column() + "' column of '"
                                + e.relation().name() + "' in the schema cache");
            case QueryError.UnknownType e -> error(400, "42704", "type \"" + e.name() + "\" does not exist");
            case QueryError.NoRelationship e -> noRelationship(e, role, schema);
            case QueryError.AmbiguousRelationship e -> ambiguous(e, role, schema);
            case QueryError.UnknownRoutine e ->
                RoutineReplies.noSuchRoutine(
                        new RestError.NoSuchRoutine(e.name(), e.arguments(), Optional.empty(), role), schema);
            case QueryError.AmbiguousRoutine e -> RoutineReplies.ambiguous(e.candidates(), role, schema);
            case QueryError.NotEmbedded e ->
                ErrorCatalogue.reply(new RestError.NotEmbedded(e.label(), Optional.empty()), schema);
            case QueryError.OrderNeedsToOne e ->
                error(400, "PGRST118", "A related order on '" + e.embed() + "' is not possible")
                        .details("'" + e.from().name() + "' and '" + e.embed()
                                + "' do not form a many-to-one or one-to-one relationship");
            case QueryError.AggregateInSpread e ->
                error(400, "PGRST127", "Feature not implemented")
                        .details("Aggregates are not implemented for one-to-many or many-to-many spreads.");
            case QueryError.AggregatesDisabled e -> error(400, "PGRST123", "Use of aggregate functions is not allowed");
            case QueryError.NoPrimaryKey e ->
                error(400, "GLY-REST03", "'" + e.relation().name() + "' has no primary key, which the request needs")
                        .hint("Insert them without asking for the rows (Prefer: return=minimal).");
            case QueryError.NestedInsertRefused e ->
                error(
                                400,
                                "GLY-REST21",
                                "'" + e.key() + "' cannot be inserted together with '"
                                        + e.relation().name() + "'")
                        .details(e.reason());
            case QueryError.TooComplex e ->
                error(400, "GLY-REST01", "The request has too many " + e.what())
                        .hint("At most " + e.limit() + " are allowed.");
        };
    }

    private static Optional<String> nearestRelation(QualifiedName name, String role, SchemaModel schema) {
        return Similarity.nearest(
                        name.name(),
                        schema.relations().values().stream()
                                .filter(relation -> relation.name().schema().equals(name.schema()))
                                .filter(relation -> relation.selectableBy().contains(role))
                                .map(relation -> relation.name().name()),
                        Similarity.NAMES)
                .map(near -> "Perhaps you meant the table '" + name.schema() + "." + near + "'");
    }

    private static ErrorReply noRelationship(QueryError.NoRelationship error, String role, SchemaModel schema) {
        String from = error.from().name();
        Optional<String> child = Similarity.nearest(
                        error.target(),
                        schema.relationshipsFrom(error.from()).stream()
                                .filter(relationship -> visible(relationship, role, schema))
                                .map(relationship -> relationship.to().name()),
                        Similarity.PARAMETERS)
                .filter(near -> !near.equals(error.target()));
        return error(
                        400,
                        "PGRST200",
                        "Could not find a relationship between '" + from + "' and '" + error.target()
                                + "' in the schema cache")
                .details("Searched for a foreign key relationship between '" + from + "' and '" + error.target()
                        + error.hint().map(hint -> "' using the hint '" + hint).orElse("") + "' in the schema '"
                        + error.from().schema() + "', but no matches were found.")
                .hint(child.map(near -> "Perhaps you meant '" + near + "' instead of '" + error.target() + "'."));
    }

    private static ErrorReply ambiguous(QueryError.AmbiguousRelationship error, String role, SchemaModel schema) {
        List<Relationship> shown = error.candidates().stream()
                .filter(relationship -> visible(relationship, role, schema))
                .toList();
        String choices = shown.stream()
                .map(each -> "'" + each.to().name() + "!" + hint(each) + "'")
                .collect(Collectors.joining(", "));
        return error(
                        300,
                        "PGRST201",
                        "Could not embed because more than one relationship was found for '"
                                + error.from().name() + "' and '" + error.target() + "'")
                .detailsJson(shown.stream().map(SchemaReplies::json).collect(Collectors.joining(",", "[", "]")))
                .hint("Try changing '" + error.target() + "' to one of the following: " + choices
                        + ". Find the desired relationship in the 'details' key.");
    }

    private static boolean visible(Relationship relationship, String role, SchemaModel schema) {
        return switch (relationship) {
            case Relationship.Direct direct -> selectable(direct.to(), role, schema);
            case Relationship.Through through ->
                selectable(through.to(), role, schema) && selectable(through.junction(), role, schema);
            case Relationship.Computed computed -> selectable(computed.to(), role, schema);
        };
    }

    private static boolean selectable(QualifiedName name, String role, SchemaModel schema) {
        return schema.relation(name)
                .map(relation -> relation.selectableBy().contains(role))
                .orElse(false);
    }

    private static String hint(Relationship relationship) {
        return switch (relationship) {
            case Relationship.Direct direct -> direct.constraint();
            case Relationship.Through through -> through.junction().name();
            case Relationship.Computed computed -> computed.function().name();
        };
    }

    private static String json(Relationship relationship) {
        String from = relationship.from().name();
        String to = relationship.to().name();
        StringBuilder json = new StringBuilder("{\"cardinality\":");
        JsonText.quote(json, cardinality(relationship));
        json.append(",\"relationship\":");
        JsonText.quote(
                json,
                switch (relationship) {
                    case Relationship.Direct direct ->
                        direct.constraint() + " using " + from + columns(direct.pairs(), Pair::from) + " and " + to
                                + columns(direct.pairs(), Pair::to);
                    case Relationship.Through through ->
                        through.junction().name() + " using " + through.nearConstraint()
                                + columns(through.near(), Pair::to) + " and " + through.farConstraint()
                                + columns(through.far(), Pair::from);
                    case Relationship.Computed computed -> computed.function().name();
                });
        json.append(",\"embedding\":");
        JsonText.quote(json, from + " with " + to);
        return json.append('}').toString();
    }

    private static String cardinality(Relationship relationship) {
        return switch (relationship) {
            case Relationship.Direct direct ->
                direct.oneToOne() ? "one-to-one" : direct.forward() ? "many-to-one" : "one-to-many";
            case Relationship.Through through -> "many-to-many";
            case Relationship.Computed computed -> computed.toOne() ? "many-to-one" : "one-to-many";
        };
    }

    private static String columns(List<Pair> pairs, Function<Pair, String> side) {
        return pairs.stream().map(side).collect(Collectors.joining(", ", "(", ")"));
    }
}
