package dev.galley.graphql;

import dev.galley.schema.MediaHandlers;
import dev.galley.schema.SchemaModel;
import graphql.schema.GraphQLSchema;
import graphql.schema.idl.SchemaParser;
import graphql.schema.idl.UnExecutableSchemaGenerator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A schema without a database behind it: for all that happens to a document before it is run. */
final class PlainSchema {
    static final RoleSchema SHOP = of("""
            type Query { shops(first: Int, filter: ShopFilter): [Shop!]! node(id: ID!): Node }
            type Mutation { insert(objects: [ShopInput!]!): [Shop!]! }
            interface Node { id: ID! }
            type Shop implements Node { id: ID! name: String kind: Kind items(first: Int, filter: ItemFilter): [Item!]! }
            type Item implements Node { id: ID! name: String price: Float shop: Shop! }
            enum Kind { SMALL LARGE }
            input ShopFilter { id: IntFilter kind: Kind and: [ShopFilter!] not: ShopFilter }
            input ItemFilter { id: IntFilter or: [ItemFilter!] }
            input IntFilter { eq: Int in: [Int!] }
            input ShopInput { name: String! kind: Kind = SMALL }
            """);

    private PlainSchema() {}

    private static RoleSchema of(String sdl) {
        GraphQLSchema schema = UnExecutableSchemaGenerator.makeUnExecutableSchema(new SchemaParser().parse(sdl));
        return new RoleSchema(
                new SchemaModel(
                        1, 180000, Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), MediaHandlers.NONE),
                schema,
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Optional.of(() -> schema),
                Set.of());
    }
}
