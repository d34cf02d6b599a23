namespace WebApp.Platform.Data.Migrations;

/// <summary>
/// The triggers that tell every node what changed, in the transaction of the change: see <see cref="Changes.Topics"/>.
/// As triggers they cannot be forgotten by a writer, whether service, migration or operator.
/// </summary>
internal static class ChangeTriggers
{
    public const string Sql = """
        CREATE FUNCTION tell_session_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' OR (NEW.revoked_at IS NOT NULL AND OLD.revoked_at IS NULL) THEN
                PERFORM pg_notify('webapp_changes', 'session_ended ' || OLD.id);
            ELSE
                PERFORM pg_notify('webapp_changes', 'session_changed ' || OLD.id);
            END IF;
            RETURN NULL;
        END $$;

        CREATE TRIGGER sessions_tell AFTER DELETE OR UPDATE OF
            revoked_at, key_hash, ticket, user_id, amr, authenticated_at, expires_at, idle_limit, token_version
            ON sessions FOR EACH ROW EXECUTE FUNCTION tell_session_change();

        CREATE FUNCTION tell_user_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                PERFORM pg_notify('webapp_changes', 'user_changed ' || OLD.id || ' 2147483647');
            ELSE
                PERFORM pg_notify('webapp_changes', 'user_changed ' || NEW.id || ' ' || NEW.token_version);
            END IF;
            RETURN NULL;
        END $$;

        CREATE TRIGGER users_tell AFTER UPDATE OR DELETE ON users FOR EACH ROW EXECUTE FUNCTION tell_user_change();

        CREATE FUNCTION tell_user_role_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_notify('webapp_changes', 'user_changed ' || coalesce(NEW.user_id, OLD.user_id));
            RETURN NULL;
        END $$;

        CREATE TRIGGER user_roles_tell AFTER INSERT OR UPDATE OR DELETE ON user_roles FOR EACH ROW EXECUTE FUNCTION tell_user_role_change();

        -- For changes that concern everybody, the topic alone is told, once a statement: the trigger's argument.
        CREATE FUNCTION tell_topic() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_notify('webapp_changes', TG_ARGV[0]);
            RETURN NULL;
        END $$;

        CREATE TRIGGER roles_tell AFTER UPDATE OR DELETE ON roles FOR EACH STATEMENT EXECUTE FUNCTION tell_topic('roles_changed');
        CREATE TRIGGER role_claims_tell AFTER INSERT OR UPDATE OR DELETE ON role_claims FOR EACH STATEMENT EXECUTE FUNCTION tell_topic('roles_changed');
        CREATE TRIGGER outbox_messages_tell AFTER INSERT ON outbox_messages FOR EACH STATEMENT EXECUTE FUNCTION tell_topic('mail_queued');
        CREATE TRIGGER signing_keys_tell AFTER INSERT OR UPDATE OR DELETE ON signing_keys FOR EACH STATEMENT EXECUTE FUNCTION tell_topic('signing_keys_changed');
        """;
}
