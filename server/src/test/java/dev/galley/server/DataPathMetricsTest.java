package dev.galley.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.http.Meters;
import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.wire.WireObserver.Lane;
import dev.galley.postgres.wire.WireObserver.Rerun;
import dev.galley.postgres.wire.WireRequestTransaction;
import dev.galley.postgres.wire.WireSettings;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DataPathMetricsTest {
    private final Vertx vertx = Vertx.vertx();
    private final Map<String, DoubleSupplier> shown = new TreeMap<>();
    private final DataPathMetrics metrics = new DataPathMetrics();

    @AfterEach
    void close() {
        vertx.close().await();
    }

    private double value(String name) {
        return shown.get("galley.database." + name).getAsDouble();
    }

    @Test
    void whatIsObservedIsCountedUnderAFixedSetOfNames() {
        DatabaseAddress nowhere = DatabaseAddress.parse("postgresql://nobody@127.0.0.1:1/none");
        metrics.register(
                new Meters() {
                    @Override
                    public void gauge(String name, String description, DoubleSupplier value) {
                        assertThat(shown.put(name, value)).isNull();
                    }

                    @Override
                    public void counter(String name, String description, LongSupplier value) {
                        assertThat(shown.put(name, value::getAsLong)).isNull();
                    }
                },
                new WireRequestTransaction(vertx, nowhere, WireSettings.DEFAULT, metrics, 1));
        int names = shown.size();
        assertThat(shown.values()).allMatch(value -> value.getAsDouble() == 0);

        metrics.connectionOpened(Lane.REGULAR);
        metrics.connectionOpened(Lane.EXPRESS);
        metrics.connectionLost(Lane.EXPRESS, "of any reason");
        metrics.connectFailed("of another");
        metrics.started(Lane.EXPRESS, 2_500_000);
        metrics.started(Lane.REGULAR, 1_500_000);
        metrics.rerun(Rerun.EXPRESS_TIMEOUT);
        metrics.ended(5_000_000, true);
        metrics.ended(5_000_000, false);

        assertThat(value("connections.opened")).isEqualTo(2);
        assertThat(value("connections.lost")).isEqualTo(1);
        assertThat(value("connect.failures")).isEqualTo(1);
        assertThat(value("requests.express")).isEqualTo(1);
        assertThat(value("requests.regular")).isEqualTo(1);
        assertThat(value("requests.wait.millis")).isEqualTo(4);
        assertThat(value("requests.failed")).isEqualTo(1);
        assertThat(value("reruns.express.timeout")).isEqualTo(1);
        assertThat(value("reruns.stale.statement")).isZero();
        assertThat(shown).hasSize(names);
    }
}
