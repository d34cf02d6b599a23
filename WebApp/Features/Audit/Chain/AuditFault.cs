namespace WebApp.Features.Audit.Chain;

/// <summary>Something that is not as the application left it.</summary>
/// <param name="Seq">The event's place; null where it has none, or where it is not about one event.</param>
/// <param name="EventId">Which event; null where it is gone, or where it is not about one.</param>
/// <param name="What">What is wrong, as the rest of a sentence.</param>
public sealed record AuditFault(long? Seq, Guid? EventId, string What)
{
    /// <summary>Events that are gone.</summary>
    public static AuditFault Removed(long first, long last, string how = "") => new(first, null, first == last ? $"was removed{how}" : $"to {last} were removed{how}");

    /// <summary>One line.</summary>
    public override string ToString() => (Seq, EventId) switch
    {
        ({ } seq, { } id) => $"event {seq} ({id}) {What}",
        ({ } seq, null) when What.StartsWith("to ", StringComparison.Ordinal) => $"events {seq} {What}",
        ({ } seq, null) => $"event {seq} {What}",
        (null, { } id) => $"event {id} {What}",
        _ => What,
    };
}
