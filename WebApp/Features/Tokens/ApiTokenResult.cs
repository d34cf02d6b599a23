using WebApp.Platform.Http;

namespace WebApp.Features.Tokens;

/// <summary>What became of making an API token.</summary>
public abstract record ApiTokenResult
{
    private ApiTokenResult()
    {
    }

    /// <summary>It is made. Refuses to print.</summary>
    /// <param name="Token">Its row.</param>
    /// <param name="Text">Its text, to be shown once.</param>
    public sealed record Created(ApiToken Token, string Text) : ApiTokenResult
    {
        /// <summary>Refuses to print.</summary>
        public override string ToString() => $"Created({Token.Id}, …)";
    }

    /// <summary>Nothing was made.</summary>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : ApiTokenResult;
}
