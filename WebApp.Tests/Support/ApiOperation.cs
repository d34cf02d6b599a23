using System.Text.Json;
using System.Text.RegularExpressions;

namespace WebApp.Tests.Support;

/// <summary>A call as the OpenAPI document describes it.</summary>
public sealed record ApiOperation(HttpMethod Method, string Path, JsonElement Json, Regex Pattern)
{
    /// <summary>The example of its body; null where it has none.</summary>
    public JsonElement? BodyExample => Json.TryGetProperty("requestBody", out var body) && body.GetProperty("content").TryGetProperty("application/json", out var content) ? content.GetProperty("example") : null;

    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Path}";
}
