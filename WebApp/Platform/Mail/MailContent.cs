using WebApp.Platform.Text;

namespace WebApp.Platform.Mail;

/// <summary>What one mail says, twice: as text and as HTML of equal content.</summary>
/// <param name="Subject">One line; a control character in it is a bug and throws <see cref="ArgumentException"/>, so no header can be injected.</param>
/// <param name="Text">The plain alternative, lines ended by LF.</param>
/// <param name="Html">A whole document.</param>
public sealed record MailContent(string Subject, string Text, string Html)
{
    /// <summary>One line.</summary>
    public string Subject { get; } = Subject.Any(OneLine.Breaks)
        ? throw new ArgumentException("A subject is one line without control characters.", nameof(Subject))
        : Subject;

    /// <summary>Refuses to print: the bodies carry links and codes that sign people in.</summary>
    public override string ToString() => "MailContent(…)";
}
