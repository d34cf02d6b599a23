namespace WebApp.Features.SecondFactors.EmailCodes;

/// <summary>An address as it is shown to someone who has given a password only: enough to know which mailbox, not whose.</summary>
public static class MaskedAddress
{
    /// <summary><c>ada@example.org</c> becomes <c>a•••@example.org</c>.</summary>
    public static string Of(string address) => $"{address[..1]}•••{address[address.LastIndexOf('@')..]}";
}
