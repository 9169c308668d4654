package dev.galley.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.RequestTransaction;
import dev.galley.postgres.RowHandler;
import dev.galley.postgres.wire.WireObserver;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a statement gives when it is run again after some of its rows have been printed. */
class RerunTest {
    private static Shop shop;

    @BeforeAll
    static void open() {
        shop = Shop.open();
        shop.script("""
                do $$ begin create role shop_reader; exception when duplicate_object then null; end $$;
                grant usage on schema shop to shop_reader;
                create table shop.mood (slow boolean); insert into shop.mood values (false);
                create table shop.feed (id int primary key, words text);
                insert into shop.feed select n, repeat('w' || n, 500) from generate_series(1, 60) n;
                create function shop.readable(id int) returns boolean language plpgsql volatile security definer as $$
                begin
                    if id = 45 and (select slow from shop.mood) then perform pg_sleep(0.4); end if;
                    return true;
                end $$;
                alter table shop.feed enable row level security;
                create policy readable on shop.feed using (shop.readable(id));
                grant select on shop.feed to shop_reader;
                """);
    }

    private static final class Reruns implements WireObserver {
        final List<Rerun> seen = new CopyOnWriteArrayList<>();
        volatile Lane last = Lane.REGULAR;

        @Override
        public void started(Lane lane, long waitedNanos) {
            last = lane;
        }

        @Override
        public void rerun(Rerun why) {
            seen.add(why);
        }
    }

    @Test
    void rowsPrintedBeforeTheExpressTimeoutAreNotPrintedTwice() {
        Reruns reruns = new Reruns();
        Shop watched = shop.with(reruns);
        Ask ask = new Ask().columns("id", "words").orderBy("id").limit(50);
        Read read = ask.from("feed");
        String expected = shop.sql("select json_agg(f order by id)::text from shop.feed f where id <= 50")
                .getFirst();
        for (int i = 0; i < 40 || reruns.last != WireObserver.Lane.EXPRESS; i++) {
            assertThat(i).as("requests without one in the express lane").isLessThan(1000);
            watched.as("shop_reader", read, ask.bindings);
        }
        assertThat(reruns.seen).isEmpty();
        shop.script("update shop.mood set slow = true");
        try {
            Shop.Answer answer = watched.as("shop_reader", read, ask.bindings);
            assertThat(reruns.seen).containsExactly(WireObserver.Rerun.EXPRESS_TIMEOUT);
            assertThat(answer.result().rows()).isEqualTo(50);
            assertThat(answer.body()).isEqualTo(expected.replace("}, \n {", "},{"));
        } finally {
            shop.script("update shop.mood set slow = false");
        }
    }

    @Test
    void everyStepForgetsWhatItHasReadSoFar() {
        Shop counting = shop.with(Shop.SETTINGS);
        for (ResultFormat format : ResultFormat.values()) {
            Ask ask = new Ask().columns("id").limit(1);
            Execution execution =
                    counting.plan(ask.from("customers", Count.EXACT)).start(ask.bindings, format, 100);
            RowHandler rows = execution.steps().getFirst().rows();
            rows.row(page("5", "7"));
            rows.row(page("5", "8"));
            assertThat(rows.restart()).isTrue();
            assertThat(execution.rows()).isZero();
            rows.row(page("3", "9"));
            Execution.Result result = execution.result(new RequestTransaction.Outcome(List.of(1L), true));
            assertThat(result.total()).isEqualTo(OptionalLong.of(3));
            assertThat(result.rows()).isEqualTo(1);
            assertThat(result.body().toString(StandardCharsets.UTF_8))
                    .isEqualTo(
                            switch (format) {
                                case JSON, JSON_STRIPPED -> "[{\"id\":9}]";
                                case JSON_OBJECT, JSON_OBJECT_STRIPPED -> "{\"id\":9}";
                                case CSV -> "id\n9";
                            });
            result.body().release();
        }
        Ask ask = new Ask().columns("id").limit(1);
        Execution estimated =
                counting.plan(ask.from("customers", Count.ESTIMATED)).start(ask.bindings, ResultFormat.JSON, 100);
        assertThat(estimated.steps()).hasSize(2).allMatch(step -> step.rows().restart());
        estimated.discard();
    }

    /** A row of a page with its total. */
    private static ByteBuf page(String total, String id) {
        ByteBuf row = Unpooled.buffer().writeShort(3);
        for (String text : List.of("t", total, id)) {
            row.writeInt(text.length()).writeBytes(text.getBytes(StandardCharsets.UTF_8));
        }
        return row;
    }
}
