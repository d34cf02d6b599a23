namespace WebApp.Platform.Mail.Messages;

/// <summary>One piece of a mail. <see cref="MailLayout"/> writes each as text and as HTML, so neither says less than the other.</summary>
public abstract record MailBlock
{
    private MailBlock()
    {
    }

    /// <summary>A paragraph.</summary>
    public sealed record Paragraph(string Words) : MailBlock;

    /// <summary>The one thing to do: a button, and in text a link alone on its line.</summary>
    public sealed record Action(string Label, string Url) : MailBlock
    {
        /// <summary>Refuses to print: the link may carry a token.</summary>
        public override string ToString() => "Action(…)";
    }

    /// <summary>A code to type where the link cannot be opened.</summary>
    public sealed record Code(string Digits) : MailBlock
    {
        /// <summary>Refuses to print.</summary>
        public override string ToString() => "Code(…)";
    }

    /// <summary>What happened: names and values, one a line.</summary>
    public sealed record Facts(params IReadOnlyList<(string Name, string Value)> Lines) : MailBlock;
}
