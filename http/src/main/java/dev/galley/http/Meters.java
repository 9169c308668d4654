package dev.galley.http;

import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/** Where a service registers what it wants to show on {@code /metrics}. Names in lower case with dots, units last. */
public interface Meters {

    /** A value that goes up and down; read when the metrics are. Must be cheap and safe to call from any thread. */
    void gauge(String name, String description, DoubleSupplier value);

    /** A count that only grows. */
    void counter(String name, String description, LongSupplier value);
}
