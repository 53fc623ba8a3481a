/** The messages in German. */
import type { Wording } from '../wording';

export const DE: Wording = {
  dates: 'de-DE',
  labels: { when: 'Wann', where: 'Wo', device: 'Gerät', method: 'Verfahren', affected: 'Betroffen' },
  unknownPlace: 'Unbekannter Ort',
  unknownDevice: 'Unbekanntes Gerät',
  browserOnSystem: '{browser} unter {os}',
  methods: {
    totp: 'Authenticator-App (Codes)',
    push: 'Authenticator-App (Push)',
    backupCode: 'Backup-Codes',
    passkey: 'Passkey',
  },
  lanes: {
    trusted: 'Anmeldungen auf Geräten, denen Sie vertrauen',
    untrusted: 'Anmeldungen auf allen anderen Geräten',
  },
  yourCode: 'Ihr Code',
  footer:
    'Sie erhalten diese Nachricht, weil sie die Sicherheit Ihres Kontos betrifft. Niemand wird Sie je nach einem Code fragen.',
  notices: {
    enrollment_code: {
      subject: 'Ihr Code zum Einrichten eines zweiten Faktors',
      what: 'Geben Sie diesen Code ein, um einen zweiten Faktor für Ihr Konto einzurichten. Er gilt {minutes} Minuten.',
      advice: 'Wenn Sie sich nicht anmelden wollten, kennt jemand Ihr Passwort: Ändern Sie es.',
    },
    recovery_code: {
      subject: 'Ihr Code zum Wiederherstellen Ihres Kontos',
      what: 'Geben Sie diesen Code ein, um ein neues Passwort für Ihr Konto zu wählen. Er gilt {minutes} Minuten.',
      advice:
        'Wenn Sie ihn nicht angefordert haben, ignorieren Sie diese Nachricht: Ohne den Code geschieht nichts.',
    },
    account_recovered: {
      subject: 'Ihr Konto wurde wiederhergestellt',
      what: 'Ihr Passwort wurde über die Kontowiederherstellung geändert, und alle Ihre Sitzungen wurden beendet.',
      advice:
        'Wenn Sie das nicht waren, informieren Sie sofort Ihre Administration und sichern Sie Ihr Postfach: Der Code ging dorthin.',
    },
    password_changed: {
      subject: 'Ihr Passwort wurde geändert',
      what: 'Das Passwort Ihres Kontos wurde geändert, und wer anderswo angemeldet war, wurde abgemeldet.',
      advice: 'Wenn Sie das nicht waren, informieren Sie sofort Ihre Administration.',
    },
    address_changed: {
      subject: 'Die E-Mail-Adresse Ihres Kontos wurde geändert',
      what: 'Die Administration hat die E-Mail-Adresse Ihres Kontos geändert. Dies ist die letzte Nachricht an diese Adresse.',
      advice: 'Wenn Sie das nicht gewünscht haben, informieren Sie sofort Ihre Administration.',
    },
    block_released: {
      subject: 'Eine blockierte Anmeldung wurde freigegeben',
      what: 'Eine Anmeldung an Ihrem Konto war blockiert. Die Administration hat sie freigegeben: Für kurze Zeit wird auf diesem Gerät stattdessen ein zweiter Faktor verlangt.',
      advice: 'Wenn Sie das nicht gewünscht haben, informieren Sie sofort Ihre Administration.',
    },
    new_device: {
      subject: 'Anmeldung auf einem neuen Gerät',
      what: 'Jemand hat sich auf einem bisher nicht verwendeten Gerät an Ihrem Konto angemeldet.',
      advice:
        'Wenn Sie das waren, ist nichts zu tun. Wenn nicht, melden Sie die Sitzung in Ihrem Konto und ändern Sie sofort Ihr Passwort.',
    },
    factor_added: {
      subject: 'Ein zweiter Faktor wurde hinzugefügt',
      what: 'Zu Ihrem Konto wurde ein weiterer Weg hinzugefügt, sich auszuweisen.',
      advice: 'Wenn Sie das nicht waren, informieren Sie sofort Ihre Administration.',
    },
    factor_removed: {
      subject: 'Ein zweiter Faktor wurde entfernt',
      what: 'Aus Ihrem Konto wurde ein Weg entfernt, sich auszuweisen.',
      advice: 'Wenn Sie das nicht waren, informieren Sie sofort Ihre Administration.',
    },
    factors_reset: {
      subject: 'Ihre zweiten Faktoren wurden entfernt',
      what: 'Die Administration hat alle zweiten Faktoren Ihres Kontos entfernt und Ihre Sitzungen beendet. Bei der nächsten Anmeldung können Sie sie neu einrichten.',
      advice: 'Wenn Sie das nicht gewünscht haben, sprechen Sie mit Ihrer Administration.',
    },
    authenticator_disabled: {
      subject: 'Ihr Authenticator wurde abgeschaltet',
      what: 'Für Ihr Konto wurden zu viele falsche Codes nacheinander eingegeben. Zum Schutz werden keine Codes mehr angenommen, bis die Administration es entsperrt.',
      advice:
        'Wenn nicht Sie die Codes eingegeben haben, kennt jemand Ihr Passwort: Ändern Sie es und sprechen Sie mit Ihrer Administration.',
    },
    backup_codes_low: {
      subject: 'Ihre Backup-Codes gehen zur Neige',
      what: 'Verbleibende Backup-Codes: {left}. Erzeugen Sie in Ihrem Konto neue, bevor Sie sie brauchen.',
      advice:
        'Wenn Sie zuletzt keinen Backup-Code verwendet haben, erzeugen Sie jetzt neue: Damit werden die alten wertlos.',
    },
    passkey_disabled: {
      subject: 'Einer Ihrer Passkeys wurde abgeschaltet',
      what: 'Ein Passkey Ihres Kontos wurde so verwendet, dass es eine Kopie davon geben könnte. Die Anmeldung wurde abgelehnt, und der Passkey gilt nicht mehr; Ihre anderen Verfahren funktionieren.',
      advice:
        'Entfernen Sie diesen Passkey aus Ihrem Konto und richten Sie einen neuen ein. Wenn nicht Sie sich anmelden wollten, kennt jemand Ihr Passwort und hat vielleicht Ihren Schlüssel: Ändern Sie das Passwort und informieren Sie Ihre Administration.',
    },
    push_reported: {
      subject: 'Sie haben eine Anmeldung gemeldet',
      what: 'Die Bitte, eine Anmeldung zu bestätigen, wurde mit „Das war ich nicht“ beantwortet. Die Anmeldung wurde abgelehnt.',
      advice:
        'Wer sie versucht hat, kennt Ihr Passwort: Ändern Sie es. Wenn nicht Sie das gemeldet haben, prüfen Sie, wer Zugang zu Ihrem Authenticator hat.',
    },
    push_switched_off: {
      subject: 'Sie haben Anmeldungen abgelehnt',
      what: 'Bitten, eine Anmeldung zu bestätigen, wurden auf Ihrem Gerät abgelehnt. Die Anmeldung wurde beendet, und Bestätigungen sind für 15 Minuten abgeschaltet; Ihre anderen Verfahren funktionieren.',
      advice: 'Wenn Sie sich nicht anmelden wollten, kennt jemand Ihr Passwort: Ändern Sie es.',
    },
    session_reported: {
      subject: 'Sie haben eine Sitzung gemeldet',
      what: 'Eine Sitzung Ihres Kontos wurde als fremd gemeldet. Sie wurde beendet, und ihrem Gerät wird nicht mehr vertraut.',
      advice:
        'Ändern Sie Ihr Passwort, falls noch nicht geschehen. Wenn nicht Sie das gemeldet haben, tun Sie es sofort.',
    },
  },
};
