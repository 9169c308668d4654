package dev.galley.storage;

import static dev.galley.storage.edge.Route.Access.KEY;
import static dev.galley.storage.edge.Route.Access.OPEN;
import static dev.galley.storage.edge.Route.Body.JSON;
import static dev.galley.storage.edge.Route.Body.NONE;
import static dev.galley.storage.edge.Route.Body.STREAM;
import static io.vertx.core.http.HttpMethod.DELETE;
import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.HEAD;
import static io.vertx.core.http.HttpMethod.OPTIONS;
import static io.vertx.core.http.HttpMethod.PATCH;
import static io.vertx.core.http.HttpMethod.POST;
import static io.vertx.core.http.HttpMethod.PUT;

import dev.galley.storage.bucket.BucketEndpoints;
import dev.galley.storage.edge.Endpoint;
import dev.galley.storage.edge.Reply;
import dev.galley.storage.edge.Route;
import dev.galley.storage.object.ChangeEndpoints;
import dev.galley.storage.object.DownloadEndpoints;
import dev.galley.storage.object.ListEndpoints;
import dev.galley.storage.object.SignEndpoints;
import dev.galley.storage.object.UploadEndpoints;
import dev.galley.storage.tus.TusEndpoints;
import io.vertx.core.http.HttpMethod;
import java.util.List;

/** All routes of the service, in the order in which they are tried. */
final class StorageRoutes {
    private StorageRoutes() {}

    static List<Route> all(
            BucketEndpoints buckets,
            UploadEndpoints uploads,
            DownloadEndpoints downloads,
            ChangeEndpoints changes,
            ListEndpoints lists,
            SignEndpoints signs,
            TusEndpoints tus) {
        return List.of(
                Route.of(GET, "/status", "", OPEN, NONE, _ -> new Reply.Text(200, java.util.Map.of(), "")),
                Route.of(GET, "/health", "", OPEN, NONE, _ -> Reply.json("{\"healthy\":true}")),
                // Buckets
                Route.of(POST, "/bucket", "storage.bucket.create", KEY, JSON, buckets::create),
                Route.of(GET, "/bucket", "storage.bucket.list", KEY, NONE, buckets::list),
                Route.of(GET, "/bucket/:bucket", "storage.bucket.get", KEY, NONE, buckets::get),
                Route.of(PUT, "/bucket/:bucket", "storage.bucket.update", KEY, JSON, buckets::update),
                Route.of(DELETE, "/bucket/:bucket", "storage.bucket.delete", KEY, NONE, buckets::delete),
                Route.of(POST, "/bucket/:bucket/empty", "storage.bucket.empty", KEY, NONE, buckets::empty),
                // Resumable uploads
                Route.of(OPTIONS, "/upload/resumable", "storage.tus.options", OPEN, NONE, tus::options),
                Route.of(OPTIONS, "/upload/resumable/*", "storage.tus.options", OPEN, NONE, tus::options),
                tus(POST, "/upload/resumable", "create", KEY, tus::create),
                tus(POST, "/upload/resumable/sign", "create", OPEN, tus::createSigned),
                tus(HEAD, "/upload/resumable/sign/*", "get", OPEN, tus::head),
                tus(PATCH, "/upload/resumable/sign/*", "part", OPEN, tus::patch),
                tus(DELETE, "/upload/resumable/sign/*", "delete", OPEN, tus::delete),
                tus(HEAD, "/upload/resumable/*", "get", KEY, tus::head),
                tus(PATCH, "/upload/resumable/*", "part", KEY, tus::patch),
                tus(DELETE, "/upload/resumable/*", "delete", KEY, tus::delete),
                // Objects: what the name of a bucket must not be comes first
                Route.of(GET, "/object/public/:bucket/*", "storage.object.get_public", OPEN, NONE, downloads::open),
                Route.of(HEAD, "/object/public/:bucket/*", "storage.object.info_public", OPEN, NONE, downloads::open),
                Route.of(
                        GET,
                        "/object/authenticated/:bucket/*",
                        "storage.object.get_authenticated",
                        KEY,
                        NONE,
                        downloads::authenticated),
                Route.of(
                        HEAD,
                        "/object/authenticated/:bucket/*",
                        "object.head_authenticated_info",
                        KEY,
                        NONE,
                        downloads::authenticated),
                Route.of(
                        GET,
                        "/object/info/public/:bucket/*",
                        "storage.object.info_public",
                        OPEN,
                        NONE,
                        downloads::openInfo),
                Route.of(
                        GET,
                        "/object/info/authenticated/:bucket/*",
                        "object.get_authenticated_info",
                        KEY,
                        NONE,
                        downloads::info),
                Route.of(GET, "/object/info/:bucket/*", "object.get_authenticated_info", OPEN, NONE, downloads::info),
                Route.of(GET, "/object/sign/:bucket/*", "storage.object.get_signed", OPEN, NONE, downloads::signed),
                Route.of(HEAD, "/object/sign/:bucket/*", "storage.object.get_signed", OPEN, NONE, downloads::signed),
                Route.of(POST, "/object/sign/:bucket/*", "storage.object.sign", KEY, JSON, signs::one),
                Route.of(POST, "/object/sign/:bucket", "storage.object.sign_many", KEY, JSON, signs::many),
                Route.of(
                        POST,
                        "/object/upload/sign/:bucket/*",
                        "storage.object.sign_upload_url",
                        KEY,
                        JSON,
                        uploads::sign),
                Route.of(
                        PUT,
                        "/object/upload/sign/:bucket/*",
                        "storage.object.upload_signed",
                        OPEN,
                        STREAM,
                        uploads::signed),
                Route.of(POST, "/object/copy", "storage.object.copy", KEY, JSON, changes::copy),
                Route.of(POST, "/object/move", "storage.object.move", KEY, JSON, changes::move),
                Route.of(POST, "/object/list/:bucket", "storage.object.list", KEY, JSON, lists::pageByOffset),
                Route.of(POST, "/object/list-v2/:bucket", "storage.object.list_v2", KEY, JSON, lists::pageByCursor),
                Route.of(DELETE, "/object/:bucket", "storage.object.delete_many", KEY, JSON, changes::deleteMany),
                Route.of(DELETE, "/object/:bucket/*", "storage.object.delete", KEY, NONE, changes::deleteOne),
                Route.of(POST, "/object/:bucket/*", "storage.object.upload", KEY, STREAM, uploads::create),
                Route.of(PUT, "/object/:bucket/*", "storage.object.upload_update", KEY, STREAM, uploads::update),
                Route.of(
                        GET,
                        "/object/:bucket/*",
                        "storage.object.get_authenticated",
                        OPEN,
                        NONE,
                        downloads::authenticated),
                Route.of(
                        HEAD,
                        "/object/:bucket/*",
                        "object.head_authenticated_info",
                        OPEN,
                        NONE,
                        downloads::authenticated));
    }

    private static Route tus(HttpMethod method, String path, String operation, Route.Access access, Endpoint endpoint) {
        return Route.of(
                method, path, "storage.tus.upload." + operation, access, STREAM, TusEndpoints.speaking(endpoint));
    }
}
