namespace WebApp.Platform.Mail;

/// <summary>By what a message leaves the outbox. Each has a worker of its own, so that a receiver which hangs delays no sign-in code.</summary>
public enum OutboxChannel
{
    /// <summary>Mail.</summary>
    Mail,

    /// <summary>A signed HTTP request.</summary>
    Webhook,
}

/// <summary>Its words.</summary>
public static class OutboxChannelWords
{
    extension(OutboxChannel channel)
    {
        /// <summary>As it stands in the table and in metrics.</summary>
        public string Word => channel == OutboxChannel.Mail ? "mail" : "webhook";
    }
}
