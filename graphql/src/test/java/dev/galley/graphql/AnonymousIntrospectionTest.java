package dev.galley.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** Where the schema may be asked for, it may be by those who are known, and by others only when a setting says so. */
class AnonymousIntrospectionTest {
    private static final String SQL = """
            do $$ begin create role graphql_known nologin; exception when duplicate_object then null; end $$;
            comment on schema public is '@graphql({"introspection": true})';
            create table seen (id int primary key);
            grant select on seen to graphql_known;
            """;
    private static final String ASKS = "{ __type(name: \"seen\") { name } }";
    private static final String ANSWER = "{'data':{'__type':{'name':'seen'}}}";

    @Test
    void isForThoseWhoAreKnown() throws Exception {
        try (GraphqlServer graphql = new GraphqlServer(SQL, Set.of("graphql_known"))) {
            assertThat(graphql.ask("graphql_known/ann", ASKS)).isEqualTo(ANSWER);
            assertThat(graphql.ask("graphql_known", ASKS)).contains("Unknown field \\'__type\\' on type Query");
            assertThat(graphql.get(ASKS, "apikey", "graphql_known").body()).contains("Unknown field");
            assertThat(graphql.ask("graphql_known", "{ seenCollection { __typename edges { cursor } } }"))
                    .contains("seenConnection");
        }
    }

    @Test
    void isForAllWhenASettingSaysSo() throws Exception {
        try (GraphqlServer graphql =
                new GraphqlServer(SQL, Set.of("graphql_known"), "graphql.anonymous-introspection=true")) {
            assertThat(graphql.ask("graphql_known", ASKS)).isEqualTo(ANSWER);
        }
    }
}
