package dev.galley.schema;

import java.util.Map;
import java.util.Optional;

/**
 * The aggregates that make answers of media types, each by its media type in lower case.
 *
 * @param ofRelation those for the rows of one relation
 * @param ofAny those for any rows
 * @param geoJson PostGIS's function that makes a GeoJSON feature of a row
 */
public record MediaHandlers(
        Map<QualifiedName, Map<String, MediaHandler>> ofRelation,
        Map<String, MediaHandler> ofAny,
        Optional<QualifiedName> geoJson) {

    public static final MediaHandlers NONE = new MediaHandlers(Map.of(), Map.of(), Optional.empty());

    public Map<String, MediaHandler> of(QualifiedName relation) {
        return ofRelation.getOrDefault(relation, Map.of());
    }
}
