/**
 * Files at {@code /storage/v1}: buckets and objects, whose rows PostgreSQL keeps under row level security and whose bytes an object
 * store keeps. Starts at {@link dev.galley.storage.StorageService}; {@code StorageRoutes} is the table of contents. Bytes follow rows:
 * see {@link dev.galley.storage.object}.
 */
@NullMarked
package dev.galley.storage;

import org.jspecify.annotations.NullMarked;
