using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using WebApp.Platform.Data;

namespace WebApp.Platform.Mail.Webhooks;

/// <summary>Adds events to the outbox, one message for each receiver that wants them, in the unit of work of what they report.</summary>
public sealed class WebhookEvents(Outbox outbox, IOptions<WebhookReceivers> receivers, TimeProvider time)
{
    private static readonly JsonSerializerOptions SnakeCase = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Whether anybody receives events.</summary>
    public bool AreReceived => receivers.Value.All.Count > 0;

    /// <summary>Adds an event; the caller saves.</summary>
    /// <param name="db">The caller's context.</param>
    /// <param name="type">The type, see <see cref="WebhookEventType"/>.</param>
    /// <param name="data">What it is about: ids, no names and addresses.</param>
    public void Add(AppDbContext db, string type, WebhookData data)
    {
        foreach (var receiver in receivers.Value.All.Where(receiver => receiver.Wants(type)))
        {
            AddFor(db, receiver, type, data);
        }
    }

    /// <summary>Adds a test for one receiver; the caller saves. Returns false if there is no such receiver.</summary>
    public bool AddTest(AppDbContext db, string name, Guid userId)
    {
        if (receivers.Value.Find(name) is not { } receiver)
        {
            return false;
        }

        AddFor(db, receiver, WebhookEventType.Test, new WebhookData { ActorId = userId });
        return true;
    }

    private void AddFor(AppDbContext db, WebhookReceiver receiver, string type, WebhookData data) =>
        outbox.AddWebhook(db, JsonSerializer.SerializeToUtf8Bytes(new WebhookBody(type, time.GetUtcNow().ToUniversalTime(), data), SnakeCase), type, receiver);

    private sealed record WebhookBody(string Type, DateTimeOffset Timestamp, WebhookData Data);
}

/// <summary>What an event is about. Members that are null are left out.</summary>
public sealed record WebhookData
{
    /// <summary>The account.</summary>
    public Guid? UserId { get; init; }

    /// <summary>Who did it, if not the account's owner.</summary>
    public Guid? ActorId { get; init; }

    /// <summary>The session.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>The sessions, if several ended.</summary>
    public IReadOnlyList<Guid>? SessionIds { get; init; }

    /// <summary>True if every session of the user ended.</summary>
    public bool? AllSessions { get; init; }

    /// <summary>Why: a kind of security event, or why sessions ended.</summary>
    public string? Reason { get; init; }

    /// <summary>Of a deleted account: true once it is erased, false while it is only closed.</summary>
    public bool? Erased { get; init; }

    /// <summary>The network that an alert is about.</summary>
    public string? IpPrefix { get; init; }

    /// <summary>What an alert counted.</summary>
    public int? Count { get; init; }
}
