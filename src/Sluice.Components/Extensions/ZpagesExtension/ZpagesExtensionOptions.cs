using Sluice.Configuration;

namespace Sluice.Components.Extensions.ZpagesExtension;

/// <summary>Options of the <c>zpages</c> extension, none of which has an effect.</summary>
[IgnoredRecord("GET /api/v1/status of service::api shows pipelines and components, and the search API traces and logs; remove the extension")]
[IgnoredOption("endpoint", "the API listens on service::api::endpoint")]
[IgnoredOption("expvar", "metrics are on service::telemetry::metrics::address")]
[IgnoredOption("tls", "the API speaks no TLS of its own")]
[IgnoredOption("auth", "the API listens on a loopback address")]
[IgnoredOption("cors", "the API answers no other origin")]
[IgnoredOption("include_metadata", "it takes no data")]
[IgnoredOption("response_headers", "it has no pages")]
[IgnoredOption("max_request_body_size", "it takes no data")]
[IgnoredOption("compression_algorithms", "it takes no data")]
[IgnoredOption("read_timeout", "it takes no data")]
[IgnoredOption("read_header_timeout", "it takes no data")]
[IgnoredOption("write_timeout", "it has no pages")]
[IgnoredOption("idle_timeout", "it has no connections")]
[IgnoredOption("keep_alives_enabled", "it has no connections")]
[IgnoredOption("transport", "it does not listen")]
[IgnoredOption("middlewares", "it takes no requests")]
public sealed record ZpagesExtensionOptions;
