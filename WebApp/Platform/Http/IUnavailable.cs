namespace WebApp.Platform.Http;

/// <summary>An exception that means “not now”: answered 503 with <c>Retry-After</c>, nothing having been done.</summary>
public interface IUnavailable
{
    /// <summary>Seconds after which trying again makes sense.</summary>
    int RetryAfter { get; }
}
