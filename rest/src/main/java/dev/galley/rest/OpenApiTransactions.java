package dev.galley.rest;

/** The path of several steps in one transaction. */
final class OpenApiTransactions {
    private OpenApiTransactions() {}

    static void path(OpenApiWriter json, TxSettings settings) {
        json.raw("/" + settings.path(), """
            {"post":{"tags":["Transactions"],"summary":"Several steps in one transaction",\
            "description":"Runs the steps in their order, all or nothing. A value {\\"$ref\\":\\"order.id\\"} in a body or filter stands for what the step named order has answered.",\
            "consumes":["application/json"],"produces":["application/json"],"parameters":[\
            {"name":"Idempotency-Key","in":"header","required":false,"type":"string","description":"Done once for each key"},\
            {"name":"steps","in":"body","required":true,"schema":{"type":"object","required":["steps"],"properties":{\
            "isolation":{"type":"string","enum":["read committed","repeatable read","serializable"]},\
            "steps":{"type":"array","minItems":1,"maxItems":%d,"items":{"type":"object","required":["method","path"],"properties":{\
            "name":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_]{0,62}$"},\
            "method":{"type":"string","enum":["GET","HEAD","POST","PATCH","PUT","DELETE"]},\
            "path":{"type":"string","description":"Of a request alone, behind the address of the service"},\
            "query":{"type":"object","description":"Parameters, and filters such as {\\"id\\":{\\"eq\\":1}}"},\
            "prefer":{"type":"string"},"accept":{"type":"string"},"schema":{"type":"string"},"body":{},\
            "expect":{"type":"object","properties":{"rows":{"description":"A number, or an object with min and max"}}}}}}}}}],\
            "responses":{"200":{"description":"Committed","schema":{"type":"object","properties":{"results":{"type":"array","items":{\
            "type":"object","properties":{"name":{"type":"string"},"status":{"type":"integer"},"rows":{"type":"integer"},\
            "total":{"type":"integer"},"headers":{"type":"object"},"body":{}}}}}}},\
            "default":{"description":"Nothing was changed; the member step of the error tells which step it was"}}}}""".formatted(settings.maxSteps()));
    }
}
