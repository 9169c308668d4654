package dev.galley.postgres.changes;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A queue whose elements can also be reached by their place, counted from the oldest. Not safe for several threads. */
final class Ring<T> {
    private @Nullable Object[] elements = new Object[64];
    private int head;
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void addLast(T element) {
        if (size == elements.length) {
            @Nullable Object[] larger = new Object[size * 2];
            System.arraycopy(elements, head, larger, 0, size - head);
            System.arraycopy(elements, 0, larger, size - head, head);
            elements = larger;
            head = 0;
        }
        elements[slot(size)] = element;
        size++;
    }

    T get(int place) {
        Objects.checkIndex(place, size);
        return element(slot(place));
    }

    T getLast() {
        return get(size - 1);
    }

    T removeFirst() {
        T first = get(0);
        elements[head] = null;
        head = slot(1);
        size--;
        return first;
    }

    void clear() {
        elements = new Object[64];
        head = 0;
        size = 0;
    }

    /** The length is a power of two. */
    private int slot(int place) {
        return (head + place) & (elements.length - 1);
    }

    @SuppressWarnings("unchecked")
    private T element(int slot) {
        return (T) Objects.requireNonNull(elements[slot]);
    }
}
