package dev.galley.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.testkit.TestPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;

/** The model of one database with a bit of everything ({@code catalog.sql}), and its parts by name. */
final class Catalog {
    static final SchemaScope SCOPE =
            new SchemaScope(List.of("api", "Ünï \"q\""), List.of("ext"), Set.of("cat_anon", "cat_user", "cat_admin"));

    /** Read once for all tests. */
    static final SchemaModel MODEL = load(script(), SCOPE);

    private Catalog() {}

    private static String script() {
        try (InputStream script = Catalog.class.getResourceAsStream("catalog.sql")) {
            return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static SchemaModel load(String script, SchemaScope scope) {
        TestPostgres postgres = TestPostgres.shared();
        try (Connection connection = postgres.connect(postgres.createDatabase(script))) {
            return new CatalogLoader(scope).load(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static QualifiedName api(String name) {
        return new QualifiedName("api", name);
    }

    static Relation relation(String name) {
        return MODEL.relation(api(name)).orElseThrow();
    }

    static Column column(String relation, String name) {
        return relation(relation).column(name).orElseThrow();
    }

    static Routine routine(String name) {
        assertThat(MODEL.routines(api(name))).hasSize(1);
        return MODEL.routines(api(name)).getFirst();
    }

    static List<Relationship> between(String from, String to) {
        return MODEL.relationshipsFrom(api(from)).stream()
                .filter(relationship -> relationship.to().equals(api(to)))
                .toList();
    }

    static List<Relationship.Pair> pairs(String... names) {
        return IntStream.range(0, names.length / 2)
                .mapToObj(i -> new Relationship.Pair(names[2 * i], names[2 * i + 1]))
                .toList();
    }
}
