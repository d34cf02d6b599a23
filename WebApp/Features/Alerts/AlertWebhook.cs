using System.Text.Json;
using System.Text.Json.Serialization;

namespace WebApp.Features.Alerts;

/// <summary>What a webhook says of an alert: ids and numbers, no name, no e-mail address and no secret.</summary>
internal sealed record AlertWebhook(Guid Id, string Kind, DateTimeOffset At, Guid? UserId, Guid? SessionId, string? IpPrefix, int? Count)
{
    private static readonly JsonSerializerOptions SnakeCase = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The request's body.</summary>
    public static byte[] Of(Alert alert) => JsonSerializer.SerializeToUtf8Bytes(
        new AlertWebhook(alert.Id, alert.Kind, alert.At.ToUniversalTime(), alert.UserId, alert.SessionId, alert.IpPrefix, alert.Count), SnakeCase);
}
