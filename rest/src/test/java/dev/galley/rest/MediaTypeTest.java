package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.galley.query.Explained;
import dev.galley.query.Explained.Option;
import dev.galley.query.Handled;
import dev.galley.query.ResultFormat;
import dev.galley.schema.MediaHandler;
import dev.galley.schema.MediaHandlers;
import dev.galley.schema.QualifiedName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How Accept is read, and which format it leads to. */
class MediaTypeTest {
    private static final MediaHandler PNG = aggregate("image/png");
    private static final MediaHandler HTML = aggregate("text/html");

    private static MediaHandler aggregate(String mediaType) {
        var function = new QualifiedName("public", "agg");
        return new MediaHandler(
                mediaType, new MediaHandler.Aggregate(function, Optional.empty(), Set.of("anon")), false);
    }

    private static MediaTypes.Format choose(Map<String, MediaHandler> own, boolean plans, String accept) {
        var any = new MediaHandlers(Map.of(), Map.of("text/html", HTML), Optional.empty());
        return new Negotiation(any, own, "anon", plans).choose(Optional.of(accept));
    }

    private static void refuses(Map<String, MediaHandler> own, boolean plans, String accept) {
        assertThatThrownBy(() -> choose(own, plans, accept))
                .isInstanceOfSatisfying(
                        RestException.class,
                        refused -> assertThat(refused.error()).isInstanceOf(RestError.NoSuchMediaType.class));
    }

    @Test
    void aHeaderIsOrderedByQualityAndKeepsItsOrderOtherwise() {
        assertThat(MediaTypes.accepted("text/html,application/xml;q=0.9,image/png,*/*;q=0.8"))
                .extracting(MediaType::text)
                .containsExactly("text/html", "image/png", "application/xml", "*/*");
        assertThat(MediaTypes.accepted("a/b;v=\"1,2;q=0\";Q=0.5, c/d; q=nonsense, , e/f;q=7"))
                .extracting(MediaType::text, MediaType::quality)
                .containsExactly(tuple("e/f", 1.0), tuple("a/b;v=\"1,2;q=0\"", 0.5), tuple("c/d", 0.0));
    }

    /** Spaces before the sign are not allowed, but sent. */
    @Test
    void aQualityIsFoundHoweverItIsWritten() {
        assertThat(MediaTypes.accepted("a/b;q =0.5, c/d ; v=1 ; Q= 0.25;x=1, e/f;q;=;, g/h;r=q=0.9"))
                .extracting(MediaType::text, MediaType::quality)
                .containsExactly(
                        tuple("e/f;q;=;", 1.0), tuple("g/h;r=q=0.9", 1.0), tuple("a/b", 0.5), tuple("c/d ; v=1", 0.25));
    }

    @Test
    void parametersOfABodyDoNotMatter() {
        assertThat(MediaTypes.ofBody(Optional.of("Application/JSON; $$ unrecognized=ignored $$")))
                .isEqualTo("application/json");
        assertThat(MediaTypes.ofBody(Optional.empty())).isEqualTo("application/json");
    }

    @Test
    void theFirstTypeThatTheRowsCanHaveIsChosen() {
        Map<String, MediaHandler> png = Map.of("image/png", PNG);
        assertThat(choose(png, false, "image/png, */*").representation()).isEqualTo(new Handled(PNG));
        assertThat(choose(png, false, "*/*").representation()).isEqualTo(ResultFormat.JSON);
        assertThat(choose(png, false, "image/*").contentType()).isEqualTo("image/png");
        assertThat(choose(png, false, "text/html;q=0.1, IMAGE/png").contentType())
                .isEqualTo("image/png");
        assertThat(choose(Map.of(), false, "text/plain, application/json").representation())
                .isEqualTo(ResultFormat.JSON);
        assertThat(choose(Map.of(), false, "text/html").representation()).isEqualTo(new Handled(HTML));
        refuses(Map.of(), false, "image/*");
        refuses(Map.of(), false, "undefined");
        refuses(Map.of(), false, "application/geo+json");
    }

    @Test
    void oneForAnyTypeReplacesAllButTheVendorsOwn() {
        MediaHandler any = aggregate("*/*");
        Map<String, MediaHandler> own = Map.of("*/*", any, "image/png", PNG, "application/vnd.pgrst.object", HTML);
        for (String accept : List.of("*/*", "image/png", "application/json", "text/csv", "app/bingo")) {
            assertThat(choose(own, false, accept).representation()).isEqualTo(new Handled(any));
            assertThat(choose(own, false, accept).contentType()).isEqualTo("application/octet-stream");
        }
        assertThat(choose(own, false, "application/vnd.pgrst.object").representation())
                .isEqualTo(ResultFormat.JSON_OBJECT);
        assertThat(choose(own, false, "application/vnd.pgrst.array+json;nulls=stripped")
                        .representation())
                .isEqualTo(ResultFormat.JSON_STRIPPED);
    }

    @Test
    void whatTheRoleMayNotExecuteIsNotThere() {
        var others = new MediaHandler.Aggregate(new QualifiedName("public", "agg"), Optional.empty(), Set.of("boss"));
        refuses(Map.of("image/png", new MediaHandler("image/png", others, true)), false, "image/png");
    }

    @Test
    void aPlanIsForATypeAndHasOptions() {
        var plan = choose(
                Map.of(),
                true,
                "application/vnd.pgrst.plan+json; for=\"application/vnd.pgrst.object;nulls=stripped\"; options=wal|nonsense|analyze;");
        assertThat(plan.representation())
                .isEqualTo(new Explained(ResultFormat.JSON_OBJECT_STRIPPED, true, Set.of(Option.ANALYZE, Option.WAL)));
        assertThat(plan.singular()).isFalse();
        assertThat(plan.contentType())
                .isEqualTo("application/vnd.pgrst.plan+json; for=\"application/vnd.pgrst.object+json;nulls=stripped\";"
                        + " options=analyze|wal; charset=utf-8");
        assertThat(choose(Map.of(), true, "application/vnd.pgrst.plan").contentType())
                .isEqualTo("application/vnd.pgrst.plan+text; for=\"application/json\"; charset=utf-8");
        refuses(Map.of(), true, "application/vnd.pgrst.plan; for=\"application/vnd.pgrst.plan\"");
        refuses(Map.of(), true, "application/vnd.pgrst.plan; for=\"image/png\"");
        refuses(Map.of(), false, "application/vnd.pgrst.plan");
    }
}
