"""Renders the Envoy configuration of the gateway from the API's own descriptors.

    python render.py --descriptor-set build/release/gateway.pb --certs DIR --base-port 7000 --run-dir DIR > envoy.json

What a route may do is not written here a second time: which methods need no token, which may be retried and which
stream comes from the annotations in protos/ (see README.md). Filters stand in the order that platform tests passed:
cors, grpc_web, local_ratelimit, body_size_limit, grpc_json_transcoder, jwt_authn, grpc_stats, router.
"""

import argparse
import json
import pathlib

from api import Method, read_methods  # noqa: I001

AREAS = ["accounts", "catalog", "files", "orders", "notifications", "documents"]  # ports +1 to +6
TYPE = "type.googleapis.com/envoy.extensions"
MIB = 1024 * 1024
JSON_BODY_LIMIT = 1 * MIB
UNARY_SECONDS = 30
WATCH_IDLE_SECONDS = 60  # longer than the 15 s between checkpoints
UPLOAD_IDLE_SECONDS = 300
MAX_CONNECTIONS = 10000
RATE_PER_SECOND = 20000  # of the whole gateway: a coarse guard against floods


def typed(type_path: str, **fields) -> dict:
    return {"@type": f"{TYPE}.{type_path}", **fields}


def http_filter(name: str, path: str, **fields) -> dict:
    return {"name": f"envoy.filters.http.{name}", "typed_config": typed(f"filters.http.{path}", **fields)}


# -- TLS -------------------------------------------------------------------------------------------------------------

def edge_tls(certs: str) -> dict:
    return {"name": "envoy.transport_sockets.tls", "typed_config": typed(
        "transport_sockets.tls.v3.DownstreamTlsContext",
        common_tls_context={
            "alpn_protocols": ["h2", "http/1.1"],
            "tls_certificates": [{"certificate_chain": {"filename": f"{certs}/edge.pem"},
                                  "private_key": {"filename": f"{certs}/edge.key"}}]})}


def upstream_tls(certs: str, service: str) -> dict:
    return {"name": "envoy.transport_sockets.tls", "typed_config": typed(
        "transport_sockets.tls.v3.UpstreamTlsContext",
        sni=f"{service}.millwright.internal",
        common_tls_context={
            "alpn_protocols": ["h2"],
            "tls_certificates": [{"certificate_chain": {"filename": f"{certs}/gateway.pem"},
                                  "private_key": {"filename": f"{certs}/gateway.key"}}],
            "validation_context": {
                "trusted_ca": {"filename": f"{certs}/ca.pem"},
                "match_typed_subject_alt_names": [
                    {"san_type": "URI", "matcher": {"exact": f"spiffe://millwright/{service}"}}]}})}


# -- Clusters --------------------------------------------------------------------------------------------------------

def endpoint(address: dict) -> dict:
    return {"lb_endpoints": [{"endpoint": {"address": address}}]}


def http2(**fields) -> dict:
    return {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": typed(
        "upstreams.http.v3.HttpProtocolOptions",
        explicit_http_config={"http2_protocol_options": {
            "connection_keepalive": {"interval": "30s", "timeout": "10s"}, **fields}})}


def service_cluster(service: str, host: str, port: int, certs: str) -> dict:
    return {
        "name": service, "type": "STRICT_DNS", "dns_lookup_family": "V4_PREFERRED", "connect_timeout": "1s",
        "load_assignment": {"cluster_name": service, "endpoints": [
            endpoint({"socket_address": {"address": host, "port_value": port}})]},
        "typed_extension_protocol_options": http2(),
        "transport_socket": upstream_tls(certs, service),
        # The default of 3 concurrent retries gives up as soon as it is needed.
        "circuit_breakers": {"thresholds": [{"max_retries": 100, "max_requests": 4096, "max_pending_requests": 4096}]},
        "health_checks": [{"timeout": "1s", "interval": "5s", "no_traffic_interval": "5s", "unhealthy_threshold": 2,
                           "healthy_threshold": 1, "grpc_health_check": {}}],
        # One replica: a failed check must not turn a restart of a second into five.
        "common_lb_config": {"healthy_panic_threshold": {"value": 100}},
    }


def jwks_cluster(socket: str) -> dict:
    return {"name": "jwks", "type": "STATIC", "connect_timeout": "1s",
            "load_assignment": {"cluster_name": "jwks", "endpoints": [endpoint({"pipe": {"path": socket}})]}}


# -- Routes ----------------------------------------------------------------------------------------------------------

NO_BODY_LIMIT = {"envoy.filters.http.body_size_limit": {
    "@type": "type.googleapis.com/envoy.config.route.v3.FilterConfig", "disabled": True}}


def retry_policy(method: Method) -> dict:
    # A mutation that may have arrived is not sent again by the gateway: clients do that, with their request_id.
    on = "connect-failure,refused-stream" + (",unavailable,reset-before-request" if method.read_only else "")
    return {"retry_on": on, "num_retries": 3,
            "retry_back_off": {"base_interval": "0.025s", "max_interval": "0.25s"}}


def method_route(method: Method) -> dict:
    action: dict = {"cluster": method.area, "timeout": "0s"}
    if method.client_streaming:
        action["idle_timeout"] = f"{UPLOAD_IDLE_SECONDS}s"
    elif method.server_streaming:
        action["idle_timeout"] = f"{WATCH_IDLE_SECONDS}s"
    else:
        action["max_stream_duration"] = {"max_stream_duration": f"{UNARY_SECONDS}s",
                                         "grpc_timeout_header_max": f"{UNARY_SECONDS}s",
                                         "grpc_timeout_header_offset": "0.05s"}
        action["retry_policy"] = retry_policy(method)
    return {"match": {"path": method.path}, "route": action, "typed_per_filter_config": NO_BODY_LIMIT}


def health_routes() -> list:
    """grpcurl -H 'x-millwright-service: orders' ... grpc.health.v1.Health/Check asks one service; without it accounts."""
    match = {"prefix": "/grpc.health.v1.Health/"}
    routes = [{"match": {**match, "headers": [{"name": "x-millwright-service", "string_match": {"exact": area}}]},
               "route": {"cluster": area, "timeout": "5s"}} for area in AREAS]
    return routes + [{"match": match, "route": {"cluster": "accounts", "timeout": "5s"}}]


def routes(methods: list) -> dict:
    raw_upload = {"match": {"safe_regex": {"regex": "/v1/companies/[^/]+/projects/[^/]+/files:streamRawUpload"}},
                  "route": {"cluster": "files", "timeout": "0s"}, "typed_per_filter_config": NO_BODY_LIMIT}
    return {
        "name": "edge",
        "virtual_hosts": [{
            "name": "all", "domains": ["*"],
            "routes": [method_route(m) for m in methods] + health_routes() + [
                raw_upload,
                {"match": {"prefix": "/grpc.reflection."}, "route": {"cluster": "accounts", "timeout": "0s"}},
                # Never taken by a call: the transcoder has rewritten its path by then. CORS preflights and the body
                # limit look at the original path and need a route here.
                {"match": {"prefix": "/v1/"}, "route": {"cluster": "accounts"}},
                {"match": {"prefix": "/.well-known/"}, "route": {"cluster": "accounts"}},
            ],
            "typed_per_filter_config": {"envoy.filters.http.cors": typed(
                "filters.http.cors.v3.CorsPolicy",
                allow_origin_string_match=[{"safe_regex": {"regex": "https://[a-z0-9.-]+"}},
                                           {"safe_regex": {"regex": "http://(localhost|127\\.0\\.0\\.1)(:[0-9]+)?"}}],
                allow_methods="GET, POST, PATCH, DELETE, OPTIONS",
                allow_headers="authorization, content-type, x-grpc-web, x-user-agent, grpc-timeout, x-request-id",
                expose_headers="grpc-status, grpc-message, grpc-status-details-bin, x-trace-id",
                max_age="600")},
        }],
    }


# -- Filters ---------------------------------------------------------------------------------------------------------

def rate_limit() -> dict:
    everyone = {"default_value": {"numerator": 100, "denominator": "HUNDRED"}}
    return http_filter(
        "local_ratelimit", "local_ratelimit.v3.LocalRateLimit", stat_prefix="edge",
        token_bucket={"max_tokens": 2 * RATE_PER_SECOND, "tokens_per_fill": RATE_PER_SECOND, "fill_interval": "1s"},
        filter_enabled=everyone, filter_enforced=everyone, rate_limited_as_resource_exhausted=True,
        enable_x_ratelimit_headers="OFF")


def transcoder(descriptor_set: str, services: list) -> dict:
    return http_filter(
        "grpc_json_transcoder", "grpc_json_transcoder.v3.GrpcJsonTranscoder",
        proto_descriptor=descriptor_set, services=services, convert_grpc_status=True,
        request_validation_options={"reject_unknown_method": True, "reject_unknown_query_parameters": True,
                                    "reject_binding_body_field_collisions": True},
        print_options={"stream_newline_delimited": True},
        max_request_body_size=JSON_BODY_LIMIT, max_response_body_size=16 * MIB)


def jwt_authn(methods: list) -> dict:
    public = [{"match": {"path": m.path}} for m in methods if m.public]
    public += [{"match": {"prefix": p}} for p in ("/grpc.health.v1.Health/", "/grpc.reflection.")]
    provider = {
        "issuer": "millwright", "audiences": ["millwright"], "forward": True, "payload_in_metadata": "jwt",
        "clock_skew_seconds": 5,
        "remote_jwks": {"http_uri": {"uri": "http://jwks/.well-known/jwks.json", "cluster": "jwks", "timeout": "2s"},
                        "cache_duration": "60s", "async_fetch": {"failed_refetch_duration": "1s"}}}
    return http_filter("jwt_authn", "jwt_authn.v3.JwtAuthentication", providers={"accounts": provider},
                       rules=public + [{"match": {"prefix": "/"}, "requires": {"provider_name": "accounts"}}])


def access_log(path: str) -> list:
    return [{"name": "envoy.access_loggers.file", "typed_config": typed(
        "access_loggers.file.v3.FileAccessLog", path=path,
        log_format={"json_format": {
            "time": "%START_TIME%", "method": "%REQ(:METHOD)%", "path": "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%",
            "http": "%RESPONSE_CODE%", "grpc": "%GRPC_STATUS%", "flags": "%RESPONSE_FLAGS%",
            "details": "%RESPONSE_CODE_DETAILS%", "ms": "%DURATION%", "upstream": "%UPSTREAM_CLUSTER%",
            "upstream_failure": "%UPSTREAM_TRANSPORT_FAILURE_REASON%", "trace": "%REQ(TRACEPARENT)%",
            "request_id": "%REQ(X-REQUEST-ID)%",
            "member": "%DYNAMIC_METADATA(envoy.filters.http.jwt_authn:jwt:sub)%"}})}]


def json_error(status: int, code: int) -> dict:
    """Answers that Envoy itself makes on JSON calls get the body of a google.rpc.Status."""
    is_json = {"or_filter": {"filters": [
        {"header_filter": {"header": {"name": "x-envoy-original-path", "present_match": True}}},
        {"header_filter": {"header": {"name": ":path", "string_match": {"prefix": "/v1/"}}}}]}}
    is_status = {"status_code_filter": {"comparison": {
        "op": "EQ", "value": {"default_value": status, "runtime_key": f"local_reply_{status}"}}}}
    return {"filter": {"and_filter": {"filters": [is_status, is_json]}},
            "body_format_override": {"json_format": {"code": code, "message": "%LOCAL_REPLY_BODY%"}}}


def local_replies() -> dict:
    no_keys = {"filter": {"extension_filter": {"name": "cel", "typed_config": typed(
        "access_loggers.filters.cel.v3.ExpressionFilter", expression="response.code_details.contains('Jwks')")}},
        "status_code": 503}
    codes = {400: 3, 401: 16, 403: 7, 404: 5, 408: 4, 413: 3, 415: 3, 429: 8, 500: 13, 502: 14, 503: 14, 504: 4}
    return {"mappers": [no_keys] + [json_error(status, code) for status, code in codes.items()]}


def connection_manager(args, methods: list) -> dict:
    services = sorted({m.service for m in methods})
    return typed(
        "filters.network.http_connection_manager.v3.HttpConnectionManager",
        stat_prefix="edge", codec_type="AUTO", route_config=routes(methods),
        server_name="millwright", generate_request_id=True, preserve_external_request_id=False,
        use_remote_address=True, normalize_path=True, merge_slashes=True,
        path_with_escaped_slashes_action="REJECT_REQUEST",
        stream_idle_timeout="300s", request_headers_timeout="10s", max_request_headers_kb=16,
        common_http_protocol_options={"idle_timeout": "3600s", "headers_with_underscores_action": "REJECT_REQUEST"},
        http2_protocol_options={"max_concurrent_streams": 100, "initial_stream_window_size": MIB,
                                "initial_connection_window_size": 4 * MIB},
        access_log=access_log(f"{args.run_dir}/gateway-access.jsonl"),
        local_reply_config=local_replies(),
        http_filters=[
            http_filter("cors", "cors.v3.Cors"),
            http_filter("grpc_web", "grpc_web.v3.GrpcWeb"),
            rate_limit(),
            http_filter("body_size_limit", "body_size_limit.v3.BodySizeLimit", max_request_bytes=JSON_BODY_LIMIT),
            transcoder(args.descriptor_set, services),
            jwt_authn(methods),
            http_filter("grpc_stats", "grpc_stats.v3.FilterConfig", emit_filter_state=True,
                        stats_for_all_methods=True, replace_dots_in_grpc_service_name=True),
            http_filter("router", "router.v3.Router"),
        ])


def edge_listener(args, methods: list) -> dict:
    return {
        "name": "edge",
        "address": {"socket_address": {"address": args.listen, "port_value": args.base_port}},
        "per_connection_buffer_limit_bytes": 4 * MIB,
        "filter_chains": [{
            "transport_socket": edge_tls(args.certs),
            "filters": [{"name": "envoy.filters.network.http_connection_manager",
                         "typed_config": connection_manager(args, methods)}]}]}


def jwks_listener(args, socket: str) -> dict:
    """Turns GET /.well-known/jwks.json into accounts' GetJwks, for the JWT filter; a socket that only this user opens."""
    return {
        "name": "jwks", "address": {"pipe": {"path": socket, "mode": 0o600}},
        "filter_chains": [{"filters": [{
            "name": "envoy.filters.network.http_connection_manager",
            "typed_config": typed(
                "filters.network.http_connection_manager.v3.HttpConnectionManager",
                stat_prefix="jwks",
                route_config={"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [
                    {"match": {"prefix": "/"}, "route": {"cluster": "accounts", "timeout": "2s"}}]}]},
                http_filters=[transcoder(args.descriptor_set, ["millwright.accounts.v1.AccountsService"]),
                              http_filter("router", "router.v3.Router")])}]}]}


def bootstrap(args) -> dict:
    methods = read_methods(pathlib.Path(args.descriptor_set).read_bytes())
    socket = f"{args.run_dir}/jwks.sock"
    hosts = dict(pair.split("=") for pair in args.hosts.split(",")) if args.hosts else {}
    clusters = [service_cluster(area, hosts.get(area, "127.0.0.1"),
                                args.base_port + 1 + index if not hosts else 7000, args.certs)
                for index, area in enumerate(AREAS)]
    return {
        "node": {"id": "gateway", "cluster": "millwright"},
        "admin": {"address": {"socket_address": {"address": "127.0.0.1", "port_value": args.base_port + 10}}},
        "static_resources": {"listeners": [edge_listener(args, methods), jwks_listener(args, socket)],
                             "clusters": clusters + [jwks_cluster(socket)]},
        "overload_manager": {"resource_monitors": [{
            "name": "envoy.resource_monitors.global_downstream_max_connections", "typed_config": typed(
                "resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig",
                max_active_downstream_connections=MAX_CONNECTIONS)}]},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--descriptor-set", required=True, help="gateway.pb of the build")
    parser.add_argument("--certs", required=True, help="folder with ca.pem, gateway.*, edge.*")
    parser.add_argument("--base-port", type=int, required=True, help="port of the gateway; services follow")
    parser.add_argument("--run-dir", required=True, help="folder for the access log and the JWKS socket")
    parser.add_argument("--listen", default="127.0.0.1", help="address of the edge listener")
    parser.add_argument("--hosts", default="", help="area=host,... where services are not on this machine (port 7000)")
    print(json.dumps(bootstrap(parser.parse_args()), indent=1))


if __name__ == "__main__":
    main()
