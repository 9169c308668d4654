package dev.galley.query;

import io.netty.buffer.ByteBuf;

/** Rows as JSON. */
final class JsonRowPrinter extends RowPrinter {
    private final boolean array;
    private final boolean bare;
    private final boolean strip;
    private final Compiled.Printed[] columns;

    JsonRowPrinter(Compiled compiled, ResultFormat format, int sizeHint, int maxBytes) {
        super(compiled, sizeHint, maxBytes);
        strip = format == ResultFormat.JSON_STRIPPED || format == ResultFormat.JSON_OBJECT_STRIPPED;
        boolean object = format == ResultFormat.JSON_OBJECT || format == ResultFormat.JSON_OBJECT_STRIPPED;
        array = !object && (compiled.shape() == Compiled.Shape.ROWS || compiled.shape() == Compiled.Shape.VALUES);
        bare = compiled.shape() == Compiled.Shape.VALUE || compiled.shape() == Compiled.Shape.VALUES;
        columns = compiled.columns().toArray(Compiled.Printed[]::new);
        begin();
    }

    @Override
    void begin() {
        if (array) {
            out.writeByte('[');
        }
    }

    @Override
    void print(ByteBuf row, int index) {
        if (rows() > 0) {
            if (!array) {
                return;
            }
            out.writeByte(',');
        }
        if (bare) {
            value(columns[0].form(), row, index, row.getInt(index));
        } else {
            object(row, index);
        }
    }

    private void object(ByteBuf row, int start) {
        out.writeByte('{');
        int index = start;
        boolean first = true;
        for (Compiled.Printed column : columns) {
            int length = row.getInt(index);
            if (!strip || !isNull(column.form(), row, index, length)) {
                if (!first) {
                    out.writeByte(',');
                }
                first = false;
                out.writeBytes(column.key());
                value(column.form(), row, index, length);
            }
            index += Integer.BYTES + Math.max(0, length);
        }
        out.writeByte('}');
    }

    private void value(WireForm form, ByteBuf row, int index, int length) {
        if (length == NULL_LENGTH) {
            out.writeBytes(JsonPrinter.NULL);
        } else {
            JsonPrinter.print(form, row, index + Integer.BYTES, length, out);
        }
    }

    /** NULL, or a JSON value that is null itself. */
    private static boolean isNull(WireForm form, ByteBuf row, int index, int length) {
        return length == NULL_LENGTH
                || (form == WireForm.JSON
                        && length == JsonPrinter.NULL.length
                        && row.getByte(index + Integer.BYTES) == 'n');
    }

    @Override
    void end() {
        if (array) {
            out.writeByte(']');
        } else if (rows() == 0) {
            out.writeBytes(JsonPrinter.NULL);
        }
    }
}
