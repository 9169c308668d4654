package dev.galley.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes beyond pg_graphql: each with the rights and the row level security of the caller. */
class ExtensionsTest {
    private static final String ANN = "graphql_beyond/ann";
    private static final String PART = "graphql_beyond_part/ann";
    private static GraphqlServer graphql;

    @BeforeAll
    static void open() throws Exception {
        graphql =
                new GraphqlServer("""
            do $$ begin create role graphql_beyond nologin; exception when duplicate_object then null; end $$;
            do $$ begin create role graphql_beyond_part nologin; exception when duplicate_object then null; end $$;
            comment on schema public is '@graphql({"inflect_names": true, "introspection": true, "extensions": true})';
            create type tone as enum ('soft', 'very loud');
            comment on type tone is '@graphql({"mappings": {"very loud": "LOUD"}})';
            create type place as (street text, floors int[], tone tone);
            create type site as (name text, place place);
            create table shop (id serial primary key, name text not null unique, owner text not null
                default current_setting('request.jwt.claims', true)::json->>'sub', home place, sites site[], size int);
            create table item (id serial primary key, shop_id int references shop, title text not null, price numeric,
                details jsonb);
            create table tag (id serial primary key, word text not null unique);
            create table item_tag (item_id int references item, tag_id int references tag, primary key (item_id, tag_id));
            create table friend (a int references shop, b int references shop, primary key (a, b));
            comment on constraint friend_b_fkey on friend is '@graphql({"through_name": "friends"})';
            alter table shop enable row level security;
            create policy own on shop using (owner = current_setting('request.jwt.claims', true)::json->>'sub');
            alter table item enable row level security;
            create policy of_shop on item using (exists (select from shop where shop.id = shop_id));
            grant select, insert, update, delete on shop, item, tag, item_tag, friend to graphql_beyond;
            grant usage on all sequences in schema public to graphql_beyond;
            grant select on shop, tag to graphql_beyond_part;
            grant select (id, title, shop_id) on item to graphql_beyond_part;
            grant insert (name) on shop to graphql_beyond_part;
            grant insert (id, name), update (size) on shop to graphql_beyond_part;
            grant insert (title) on item to graphql_beyond_part;
            grant usage on all sequences in schema public to graphql_beyond_part;
            """, Set.of("graphql_beyond", "graphql_beyond_part"), "graphql.max-variables=200000");
    }

    @AfterAll
    static void close() {
        graphql.close();
    }

    @BeforeEach
    void fill() throws Exception {
        graphql.execute("""
            truncate shop, item, tag, item_tag, friend restart identity;
            insert into shop (name, owner, home, size) values ('north', 'ann', '("Main \\"1\\"","{1,2}","very loud")', 3), ('south', 'ann', null, 2),
                ('his', 'bob', '(Side,,soft)', 9);
            insert into item (shop_id, title, price) values (1, 'pen', 2), (1, 'ink', 5), (2, 'pad', 1), (3, 'secret', 99);
            insert into tag (word) values ('new'), ('red'), ('old');
            insert into item_tag values (1, 1), (1, 2), (2, 1), (4, 3);
            insert into friend values (1, 2), (1, 3);
            """);
    }

    private static String shops() {
        return String.join(",", graphql.sql("select name from shop order by id"));
    }

    @Test
    void rowsWithRelatedRowsInside() throws Exception {
        assertThat(graphql.ask(ANN, """
            mutation { insertIntoShopCollection(objects: [
                {name: "one", itemCollection: [
                    {title: "a", price: "1.5", details: "{\\"k\\": [1]}", tagCollectionThroughItemTag: [{word: "blue"}, {word: "green"}]}, {title: "b"}]},
                {name: "two", home: {street: "X, \\"Y\\"", floors: [7], tone: LOUD}}
              ]) { affectedCount records { name owner home { street floors tone }
                   itemCollection(orderBy: [{title: AscNullsLast}]) { edges { node { title price details tagCollectionThroughItemTag(orderBy: [{word: AscNullsLast}]) { edges { node { word } } } } } } } } }
            """))
                .isEqualTo("{'data':{'insertIntoShopCollection':{'affectedCount' : 2, 'records' : [{'name' : 'one',"
                        + " 'owner' : 'ann', 'home' : null, 'itemCollection' : {'edges' : [{'node' : {'title' :"
                        + " 'a', 'price' : '1.5', 'details' : '{\\'k\\': [1]}', 'tagCollectionThroughItemTag' :"
                        + " {'edges' : [{'node' : {'word' : 'blue'}}, {'node' : {'word' : 'green'}}]}}}, {'node' :"
                        + " {'title' : 'b', 'price' : null, 'details' : null, 'tagCollectionThroughItemTag' :"
                        + " {'edges' : []}}}]}}, {'name' : 'two', 'owner' : 'ann', 'home' : {'street' : 'X,"
                        + " \\'Y\\'', 'floors' : [7], 'tone' : 'LOUD'}, 'itemCollection' : {'edges' : []}}]}}}");
        assertThat(graphql.ask(ANN, """
            mutation { insertIntoItemCollection(objects: [{title: "c", shop: {name: "three"}}]) { records { title shop { name } } } }
            """)).contains("{'title' : 'c', 'shop' : {'name' : 'three'}}");
    }

    @Test
    void ofANestedInsertAllOrNothingIsWritten() throws Exception {
        String doubled = graphql.ask(ANN, """
            mutation { first: insertIntoTagCollection(objects: [{word: "kept"}]) { affectedCount }
              second: insertIntoShopCollection(objects: [{name: "four", itemCollection: [{title: "a", tagCollectionThroughItemTag: [{word: "new"}]}]}]) { affectedCount } }
            """);
        assertThat(doubled).startsWith("{'data':null").contains("'path':['second']", "23505");
        assertThat(shops()).isEqualTo("north,south,his");
        assertThat(graphql.sql("select count(*) from tag")).containsExactly("3");
        assertThat(graphql.ask(ANN, """
            mutation { insertIntoShopCollection(objects: [{name: "five", owner: "bob", itemCollection: [{title: "a"}]}]) { affectedCount } }
            """)).startsWith("{'data':null").contains("42501");
        assertThat(graphql.ask(
                        ANN,
                        "mutation { insertIntoItemCollection(objects: [{title: \"x\", shopId: 1, shop: {name:"
                                + " \"six\"}}]) { affectedCount } }"))
                .contains("BAD_USER_INPUT");
        assertThat(shops()).isEqualTo("north,south,his");
    }

    @Test
    void nothingIsInsertedWhereTheRoleMayNot() throws Exception {
        assertThat(graphql.ask(
                        PART,
                        "mutation { insertIntoShopCollection(objects: [{name: \"x\", itemCollection: [{title:"
                                + " \"t\", price: \"1\"}]}]) { affectedCount } }"))
                .contains("GRAPHQL_VALIDATION_FAILED");
        // The key that ties the rows is one that the role may not write.
        assertThat(graphql.ask(
                        PART,
                        "mutation { insertIntoShopCollection(objects: [{name: \"x\", itemCollection: [{title:"
                                + " \"t\"}]}]) { affectedCount } }"))
                .contains("42501");
        assertThat(shops()).isEqualTo("north,south,his");
    }

    @Test
    void rowsThatAreThereAlready() throws Exception {
        assertThat(graphql.ask(ANN, """
            mutation { insertIntoShopCollection(objects: [{name: "north", size: 30}, {name: "west", size: 4}],
                onConflict: {columns: [name], update: [size]}) { affectedCount records { id name size } } }
            """))
                .isEqualTo("{'data':{'insertIntoShopCollection':{'affectedCount' : 2, 'records' : [{'id' : 1, 'name' :"
                        + " 'north', 'size' : 30}, {'id' : 5, 'name' : 'west', 'size' : 4}]}}}");
        assertThat(graphql.ask(ANN, """
            mutation { insertIntoShopCollection(objects: [{id: 1, name: "norden"}, {id: 2, name: "sueden"}],
                onConflict: {where: {size: {lt: 3}}}) { affectedCount } }
            """)).contains("'affectedCount' : 1");
        assertThat(shops()).isEqualTo("north,sueden,his,west");
        assertThat(graphql.ask(ANN, """
            mutation { insertIntoTagCollection(objects: [{word: "new"}, {word: "young"}], onConflict: {columns: [word], update: []}) { records { word } } }
            """)).contains("'records' : [{'word' : 'young'}]");
        assertThat(graphql.ask(
                        ANN,
                        "mutation { insertIntoShopCollection(objects: [{name: \"q\"}], onConflict: {columns:"
                                + " [size]}) { affectedCount } }"))
                .contains("42P10");
    }

    @Test
    void anotherOnesRowIsNotMerged() throws Exception {
        assertThat(graphql.ask(ANN, """
            mutation { insertIntoShopCollection(objects: [{name: "his", size: 1}], onConflict: {columns: [name]}) { records { owner } } }
            """)).startsWith("{'data':null").contains("42501");
        assertThat(graphql.sql("select size from shop where name = 'his'")).containsExactly("9");
        assertThat(graphql.ask(
                        PART,
                        "mutation { insertIntoShopCollection(objects: [{name: \"north\"}], onConflict:"
                                + " {columns: [name], update: [owner]}) { affectedCount } }"))
                .contains("GRAPHQL_VALIDATION_FAILED");
    }

    @Test
    void filtersByRelatedRows() throws Exception {
        String ask = "{ shopCollection(filter: %s) { edges { node { name } } } }";
        assertThat(graphql.ask(ANN, ask.formatted("{itemCollection: {some: {price: {gt: \"4\"}}}}")))
                .contains("north")
                .doesNotContain("south", "his");
        assertThat(graphql.ask(ANN, ask.formatted("{itemCollection: {every: {price: {lt: \"3\"}}}}")))
                .contains("south")
                .doesNotContain("north");
        assertThat(graphql.ask(ANN, ask.formatted("{itemCollection: {none: {title: {eq: \"pad\"}}}}")))
                .contains("north")
                .doesNotContain("south");
        assertThat(graphql.ask(
                        ANN,
                        "{ itemCollection(filter: {shop: {name: {eq: \"north\"}}, tagCollectionThroughItemTag:"
                                + " {some: {word: {eq: \"red\"}}}}) { edges { node { title } } } }"))
                .isEqualTo("{'data':{'itemCollection':{'edges' : [{'node' : {'title' : 'pen'}}]}}}");
    }

    @Test
    void relatedRowsThatAreHiddenTellNothing() throws Exception {
        // Tag 3 is tied to an item of another's shop only.
        assertThat(graphql.ask(
                        ANN,
                        "{ tagCollection(filter: {itemCollectionThroughItemTag: {some: {title: {like:"
                                + " \"s%\"}}}}) { edges { node { word } } } }"))
                .isEqualTo("{'data':{'tagCollection':{'edges' : []}}}");
        assertThat(graphql.ask(
                        ANN,
                        "{ tagCollection(orderBy: [{itemCollectionThroughItemTag: {count: DescNullsLast}},"
                                + " {word: AscNullsLast}]) { edges { node { word } cursor } } }"))
                .containsSubsequence("new", "red", "old");
        assertThat(graphql.ask(
                        PART,
                        "{ shopCollection(filter: {itemCollection: {some: {price: {gt: \"4\"}}}}) { edges {"
                                + " node { name } } } }"))
                .contains("GRAPHQL_VALIDATION_FAILED");
        assertThat(graphql.ask(
                        PART, "{ itemCollection(orderBy: [{price: AscNullsLast}]) { edges { node { title } } } }"))
                .contains("GRAPHQL_VALIDATION_FAILED");
        // By a variable that is declared of another type the validation cannot tell.
        assertThat(graphql.ask(
                        PART,
                        "query ($f: TagFilter) { itemCollection(filter: $f) { edges { node { title } } } }",
                        "{'f': {'word': {'eq': 'x'}}}"))
                .contains("BAD_USER_INPUT", "extra keys");
        // The junction is out of reach, and so is what lies behind it.
        assertThat(graphql.ask(
                        PART,
                        "{ tagCollection { edges { node { itemCollectionThroughItemTag { edges { cursor } } } } } }"))
                .contains("GRAPHQL_VALIDATION_FAILED");
    }

    @Test
    void pagesInTheOrderOfRelatedRows() throws Exception {
        String ask = "{ itemCollection(first: 2, orderBy: [{shop: {size: AscNullsLast}}, {price: DescNullsLast}] %s) {"
                + " pageInfo { endCursor hasNextPage hasPreviousPage } edges { node { title } } } }";
        var first = graphql.json(ANN, ask.formatted("")).path("data").path("itemCollection");
        assertThat(first.path("edges").toString()).containsSubsequence("pad", "ink");
        assertThat(first.path("pageInfo").path("hasNextPage").asBoolean()).isTrue();
        var second = graphql.json(
                        ANN,
                        ask.formatted(", after: \""
                                + first.path("pageInfo").path("endCursor").asString() + "\""))
                .path("data")
                .path("itemCollection");
        assertThat(second.path("edges").toString()).contains("pen").doesNotContain("ink");
        assertThat(second.path("pageInfo").path("hasPreviousPage").asBoolean()).isTrue();
        assertThat(second.path("pageInfo").path("hasNextPage").asBoolean()).isFalse();
    }

    @Test
    void aggregatesOfGroups() throws Exception {
        assertThat(graphql.ask(
                        ANN,
                        "{ itemCollection(filter: {price: {lt: \"50\"}}) { groups(by: [shopId]) { values {"
                                + " shopId title __typename } count sum { price } max { title } } } }"))
                .isEqualTo("{'data':{'itemCollection':{'groups' : [{'values' : {'shopId' : 1, 'title' : null,"
                        + " '__typename' : 'ItemGroupValues'}, 'count' : 2, 'sum' : {'price' : 7}, 'max' :"
                        + " {'title' : 'pen'}}, {'values' : {'shopId' : 2, 'title' : null, '__typename' :"
                        + " 'ItemGroupValues'}, 'count' : 1, 'sum' : {'price' : 1}, 'max' : {'title' :"
                        + " 'pad'}}]}}}");
        assertThat(graphql.ask(
                        ANN,
                        "{ itemCollection { groups(by: [shopId], first: 1) { count } totals: groups(by:"
                                + " [shopId, title]) { count } } }"))
                .contains("'groups' : [{'count' : 2}]", "'totals' : [{'count' : 1}, {'count' : 1}, {'count' : 1}]");
        assertThat(graphql.ask(PART, "{ itemCollection { groups(by: [price]) { count } } }"))
                .contains("GRAPHQL_VALIDATION_FAILED");
        assertThat(graphql.ask(ANN, "{ itemCollection { groups(by: []) { count } } }"))
                .contains("BAD_USER_INPUT");
    }

    @Test
    void rowsBehindAJunction() throws Exception {
        assertThat(graphql.ask(
                        ANN,
                        "{ shopCollection(filter: {name: {eq: \"north\"}}) { edges { node { friends { edges {"
                                + " node { name } } } friendCollection { edges { node { a b } } } } } } }"))
                .contains("'friends' : {'edges' : [{'node' : {'name' : 'south'}}]}");
        assertThat(graphql.ask(
                        ANN,
                        "{ itemCollection(first: 1) { edges { node { tagCollectionThroughItemTag(filter:"
                                + " {word: {neq: \"red\"}}) { edges { node { word } } } } } } }"))
                .contains("'edges' : [{'node' : {'word' : 'new'}}]");
    }

    @Test
    void partsOfCompositeValues() throws Exception {
        assertThat(graphql.ask(
                        ANN, "{ shopCollection { edges { node { home { floors s: street tone __typename } } } } }"))
                .contains(
                        "'home' : {'floors' : [1,2], 's' : 'Main \\'1\\'', 'tone' : 'LOUD', '__typename' : 'Place'}",
                        "'home' : null");
        String text = "a\\\\b\\\"c,(d){e}";
        assertThat(graphql.ask(
                        ANN,
                        "mutation { updateShopCollection(set: {sites: [{name: \"" + text
                                + "\", place: {street: null, floors: [], tone: SOFT_}}, null, {}]}, filter:"
                                + " {id: {eq: 1}}) { records { sites { name place { street floors tone } } } }"
                                + " }"))
                .contains("errors");
        assertThat(graphql.ask(
                        ANN,
                        "mutation { updateShopCollection(set: {sites: [{name: \"" + text
                                + "\", place: {street: null, floors: [], tone: soft}}, null, {}]}, filter:"
                                + " {id: {eq: 1}}) { records { sites { name place { street floors tone } } } }"
                                + " }"))
                .contains(
                        "'sites' : [{'name' : 'a\\\\b\\'c,(d){e}', 'place' : {'street' : null, 'floors' : [], 'tone' :"
                                + " 'soft'}}, null, {'name' : null, 'place' : null}]");
        assertThat(graphql.sql("select (sites[1]).name from shop where id = 1")).containsExactly("a\\b\"c,(d){e}");
    }

    @Test
    void manyRowsAreOneParameterForEachColumn() throws Exception {
        String rows = String.join(",", Collections.nCopies(40_000, "{'title': 'n', 'shopId': 1}"));
        assertThat(graphql.ask(
                        ANN,
                        "mutation ($rows: [ItemInsertInput!]!) { insertIntoItemCollection(objects: $rows) {"
                                + " affectedCount } }",
                        "{'rows': [" + rows + "]}"))
                .isEqualTo("{'data':{'insertIntoItemCollection':{'affectedCount' : 40000}}}");
    }

    @Test
    void namesOfThePlainSchemaStay() throws Exception {
        String fields = graphql.ask(ANN, "{ __type(name: \"Item\") { fields { name } } }");
        assertThat(fields).contains("'itemTagCollection'", "'shop'", "'tagCollectionThroughItemTag'");
        assertThat(graphql.ask(
                        ANN,
                        "{ itemCollection(first: 1) { edges { node { itemTagCollection { edges { node { tag {"
                                + " word } } } } } } } }"))
                .contains("new", "red");
    }
}
